#include "url.hpp"

#include <optional>

#include <tenon/error.hpp>

namespace tenon::sqlite {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(Error::Kind::invalid_argument, "open: the SQLite URL " + reason);
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) refuse("has a '%' that two hexadecimal digits do not follow; write %25 for a percent sign");
    decoded.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return decoded;
}

// Whether there is to be one file per tenant, the only parameter that there is.
bool read_parameters(std::string_view parameters) {
  const std::string_view first = parameters.substr(0, parameters.find('&'));
  if (parameters == "tenants=files") return true;
  if (first.starts_with("tenants=")) {
    refuse("has a parameter tenants that is not 'files'; leave it out for one file for all tenants");
  }
  refuse("has the unknown parameter '" + std::string(first.substr(0, first.find('='))) +
         "'; SQLite takes its settings from Config::sqlite");
}

Location in_memory(const Location& location) {
  if (location.tenant_files) refuse("asks for one file per tenant in memory; name a directory");
  return {.path = {}, .memory = true};
}

}  // namespace

Location parse_url(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos) refuse("has no scheme; write sqlite:path");
  std::string_view rest = url.substr(colon + 1);
  Location location;
  if (const std::size_t question = rest.find('?'); question != std::string_view::npos) {
    location.tenant_files = read_parameters(rest.substr(question + 1));
    rest = rest.substr(0, question);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (rest.empty()) return in_memory(location);
    if (rest.front() != '/') {
      refuse("names a host; write three slashes for a relative path, four for an absolute one");
    }
    location.path = percent_decoded(rest.substr(1));
  } else {
    location.path = rest;
  }
  if (location.path == ":memory:") return in_memory(location);
  if (location.path.empty()) refuse("has no path; write sqlite:path or sqlite::memory:");
  if (location.path.find('\0') != std::string::npos) refuse("has a NUL byte in its path");
  // SQLite reads a name that begins with "file:" as a URI of its own, and one with ':' as special.
  if (location.path.starts_with("file:") || location.path.front() == ':') location.path.insert(0, "./");
  return location;
}

}  // namespace tenon::sqlite
