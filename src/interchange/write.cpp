#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include <tenon/error.hpp>
#include <tenon/interchange.hpp>

namespace tenon::interchange::detail {
namespace {

template <class N>
void append_chars(std::string& out, N value) {
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

}  // namespace

void append_text(std::string& out, std::string_view value) {
  try {
    out += nlohmann::json(value).dump();
  } catch (const nlohmann::json::exception&) {
    throw Error(Error::Kind::invalid_argument, "to_json: a text is not UTF-8");
  }
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value))
    throw Error(Error::Kind::invalid_argument, "to_json: JSON has no infinite number and no NaN");
  append_chars(out, value);
}

void append_number(std::string& out, std::int64_t value) {
  append_chars(out, value);
}
void append_number(std::string& out, std::uint64_t value) {
  append_chars(out, value);
}

}  // namespace tenon::interchange::detail
