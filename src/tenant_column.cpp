#include <charconv>
#include <cstdint>
#include <limits>

#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>
#include <tenon/uuid.hpp>

namespace tenon::detail {
namespace {

[[noreturn]] void refuse(std::string_view subject, const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string(subject) + ": the tenant id " + why);
}

std::int64_t integer(std::string_view tenant, backend::Type type, std::string_view subject) {
  std::int64_t number = 0;
  const char* const end = tenant.data() + tenant.size();
  const auto [stop, problem] = std::from_chars(tenant.data(), end, number);
  const bool fits = type == backend::Type::int64 || (number >= std::numeric_limits<std::int32_t>::min() &&
                                                     number <= std::numeric_limits<std::int32_t>::max());
  if (problem != std::errc{} || stop != end || !fits || std::to_string(number) != tenant)
    refuse(subject, "is not an integer in plain digits, as its tenant column needs");
  return number;
}

}  // namespace

backend::Value typed_tenant(std::string_view tenant, backend::Type type, std::string_view subject) {
  if (type == backend::Type::uuid) {
    const std::optional<Uuid> id = Uuid::parse(tenant);
    if (!id || to_string(*id) != tenant)
      refuse(subject, "is not a UUID in lower case with hyphens, as its tenant column needs");
    return backend::Value::uuid(id->bytes);
  }
  return backend::Value::integral(type, integer(tenant, type, subject));
}

std::string tenant_text(const backend::Value& value) {
  if (value.type() == backend::Type::uuid) return to_string(Uuid{value.uuid()});
  return value.type() == backend::Type::text ? std::string(value.bytes())
                                             : std::to_string(value.integral());
}

}  // namespace tenon::detail
