#include <array>
#include <utility>

#include <tenon/error.hpp>

namespace tenon {
namespace {

const Error::Detail& no_detail() noexcept {
  static const Error::Detail none;
  return none;
}

}  // namespace

Error::Error(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

Error::Error(Kind kind, const std::string& message, Detail detail)
    : std::runtime_error(message),
      kind_(kind),
      detail_(std::make_shared<const Detail>(std::move(detail))) {}

Error::Error(const Error&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;
Error::~Error() = default;

const std::string& Error::sqlstate() const noexcept {
  return detail().sqlstate;
}

const Error::Detail& Error::detail() const noexcept {
  return detail_ ? *detail_ : no_detail();
}

bool Error::retryable() const noexcept {
  return kind_ == Kind::serialization_failure || kind_ == Kind::deadlock || kind_ == Kind::busy;
}

std::string_view to_string(Error::Kind kind) noexcept {
  static constexpr std::array<std::string_view, 19> names{"invalid_argument",
                                                          "not_found",
                                                          "already_exists",
                                                          "conflict",
                                                          "constraint_violation",
                                                          "permission_denied",
                                                          "serialization_failure",
                                                          "deadlock",
                                                          "busy",
                                                          "timeout",
                                                          "cancelled",
                                                          "unavailable",
                                                          "outcome_unknown",
                                                          "read_only",
                                                          "schema_mismatch",
                                                          "limit_exceeded",
                                                          "corrupt",
                                                          "unsupported",
                                                          "internal"};
  static_assert(static_cast<std::size_t>(Error::Kind::internal) + 1 == names.size());
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace tenon
