#include <algorithm>

#include <tenon/detail/url_text.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) return std::nullopt;
    decoded.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return encoded;
}

void require_one_line(std::string_view url) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
  if (std::any_of(url.begin(), url.end(), control))
    throw Error(Error::Kind::invalid_argument,
                "the database URL has a line break, perhaps at its end, or another control character");
}

std::vector<UrlParameter> url_parameters(std::string_view url) {
  std::vector<UrlParameter> parameters;
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return parameters;
  url.remove_prefix(question + 1);
  while (!url.empty()) {
    const std::size_t end = std::min(url.find('&'), url.size());
    const std::string_view part = url.substr(0, end);
    url.remove_prefix(std::min(end + 1, url.size()));
    const std::size_t equals = part.find('=');
    const auto name = percent_decoded(part.substr(0, equals));
    // What stands there may be the end of a password with a '?', so it is not shown.
    if (equals == std::string_view::npos || !name || name->empty())
      throw Error(
          Error::Kind::invalid_argument,
          "the database URL has a parameter that is not name=value; write special characters of the "
          "password as %XX (? is %3F, & is %26)");
    parameters.push_back({*name, std::string(part.substr(equals + 1))});
  }
  return parameters;
}

}  // namespace tenon::detail
