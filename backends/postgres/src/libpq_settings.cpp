#include "libpq_settings.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <utility>

#include <tenon/error.hpp>

namespace tenon::postgres {

namespace {

constexpr std::string_view no_address = "no address";

// A connection that libpq gives up before it looks for a host, for what it is told in the second place. The
// password keeps it from its password file.
ConnectionHandle unconnected(const std::string& url, const char* keyword, const char* value) {
  const char* const keywords[] = {"dbname", "password", keyword, nullptr};
  const char* const values[] = {url.c_str(), "-", value, nullptr};
  ConnectionHandle connection(PQconnectStartParams(keywords, values, 1));
  if (!connection) throw Error(Error::Kind::limit_exceeded, "open: out of memory");
  return connection;
}

// As libpq reads numbers.
std::optional<int> whole_number(std::string_view text) {
  const std::string digits(text);
  char* end = nullptr;
  errno = 0;
  const long number = std::strtol(digits.c_str(), &end, 10);
  const bool in_range =
      errno == 0 && number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  if (end == digits.c_str() || !in_range) return std::nullopt;
  while (std::isspace(static_cast<unsigned char>(*end)) != 0) ++end;
  return *end == '\0' ? std::optional(static_cast<int>(number)) : std::nullopt;
}

}  // namespace

LibpqSettings::LibpqSettings(std::string url)
    : url_(std::move(url)), options_(PQconninfo(unconnected(url_, "sslmode", "none of libpq's").get())) {
  if (!options_) throw Error(Error::Kind::limit_exceeded, "open: out of memory");
}

std::string_view LibpqSettings::value(std::string_view keyword) const noexcept {
  for (const PQconninfoOption* option = options_.get(); option->keyword != nullptr; ++option)
    if (option->keyword == keyword && option->val != nullptr) return option->val;
  return {};
}

std::optional<std::chrono::seconds> LibpqSettings::connect_timeout() const {
  const int seconds = whole_number(value("connect_timeout")).value_or(0);
  return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

// libpq judges all but these numbers, which it reads with a socket at hand; no address of a host ends it
// then.
std::string LibpqSettings::refusal() const {
  for (const char* const number : {"connect_timeout", "keepalives", "keepalives_idle",
                                   "keepalives_interval", "keepalives_count", "tcp_user_timeout"}) {
    if (!value(number).empty() && !whole_number(value(number)))
      return std::string(number) + " is not a whole number";
  }
  const std::string_view places = value("hostaddr").empty() ? value("host") : value("hostaddr");
  std::string addresses(no_address);
  for (auto more = std::count(places.begin(), places.end(), ','); more > 0; --more)
    addresses.append(",").append(no_address);
  const ConnectionHandle judged = unconnected(url_, "hostaddr", addresses.c_str());
  std::istringstream lines(PQerrorMessage(judged.get()));
  for (std::string line; std::getline(lines, line);)
    if (line.find(no_address) == std::string::npos) return line;
  return {};
}

void LibpqSettings::require_usable() const {
  std::string why = refusal();
  if (why.empty()) return;
  // What libpq took for a parameter may be a piece of a password that was not written as %XX.
  if (url_.find('@', std::min(url_.find('?'), url_.size())) != std::string::npos)
    why = "a parameter has a value that cannot be";
  throw Error(Error::Kind::invalid_argument,
              "libpq refuses the database URL or what its environment adds to it: " + why);
}

}  // namespace tenon::postgres
