#include <algorithm>
#include <charconv>

#include <tenon/detail/url_text.hpp>

#include "observation.hpp"

namespace tenon::detail {
namespace {

std::string without_escapes(std::string_view text) {
  return percent_decoded(text).value_or(std::string());
}

void read_server(std::string_view rest, DatabaseIdentity& identity) {
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  if (slash < rest.size()) identity.name = without_escapes(rest.substr(slash + 1));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (authority.find(',') != std::string_view::npos) return;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  identity.host =
      without_escapes(host.starts_with('[') && host.size() > 1 ? host.substr(1, host.size() - 2) : host);
  if (colon == std::string_view::npos) return;
  const std::string_view port = authority.substr(colon + 1);
  std::from_chars(port.data(), port.data() + port.size(), identity.port);
}

}  // namespace

DatabaseIdentity identity_of(const Config& config) {
  DatabaseIdentity identity;
  identity.system = config.scheme();
  if (identity.system.starts_with("postgres")) identity.system = "postgresql";
  std::string_view rest = config.url;
  rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()));
  rest = rest.substr(0, rest.find('?'));
  if (identity.system == "sqlite") {
    if (rest.starts_with("///")) rest.remove_prefix(3);
    identity.name = rest.empty() || rest == "//" ? ":memory:" : std::string(rest);
  } else if (rest.starts_with("//")) {
    read_server(rest.substr(2), identity);
  }
  return identity;
}

}  // namespace tenon::detail
