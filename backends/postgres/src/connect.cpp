#include "connect.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <tenon/detail/file_text.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "error_map.hpp"
#include "libpq_settings.hpp"
#include "socket_wait.hpp"

namespace tenon::postgres {

namespace {

// SQLAlchemy's and libpq's older spelling of the scheme.
std::string libpq_url(std::string_view url) {
  const std::size_t colon = std::min(url.find(':'), url.size());
  return "postgresql" + std::string(url.substr(colon));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0;;) {
    const std::size_t comma = list.find(',', start);
    parts.emplace_back(list.substr(start, comma - start));
    if (comma == std::string_view::npos) return parts;
    start = comma + 1;
  }
}

std::string part(const std::vector<std::string>& parts, std::size_t index) {
  if (parts.size() == 1) return parts.front();  // one port serves all hosts
  return index < parts.size() ? parts[index] : std::string{};
}

// Within single quotes of a connection string (PostgreSQL docs 34.1.1.1).
std::string quoted(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

bool has_empty_place(const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const std::string& place) { return place.empty(); });
}

[[noreturn]] void throw_failure(const std::string& name, std::string_view text) {
  const ServerError error = read_verbose_text(text);
  Error::Detail detail;
  detail.sqlstate = error.sqlstate;
  detail.hint = error.hint;
  std::string shown = error.message;
  if (error.sqlstate.empty()) {
    shown = text;
    while (!shown.empty() && shown.back() == '\n') shown.pop_back();
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  }
  const Error::Kind kind = error.sqlstate.empty() ? Error::Kind::unavailable : kind_of(error);
  throw Error(kind, "cannot connect to " + name + ": " + shown, std::move(detail));
}

// wait_socket() with a look at the stop every now and then.
Wait wait_while(PGconn* connection, PostgresPollingStatusType next, backend::Deadline deadline,
                const std::stop_token& stop) {
  constexpr std::chrono::milliseconds look{50};
  for (;;) {
    const auto until =
        stop.stop_possible() ? std::min(deadline, std::chrono::steady_clock::now() + look) : deadline;
    const Wait wait = wait_socket(PQsocket(connection), next == PGRES_POLLING_READING,
                                  next == PGRES_POLLING_WRITING, until);
    if (wait != Wait::timed_out || until == deadline || stop.stop_requested()) return wait;
  }
}

}  // namespace

ConnectTarget::ConnectTarget(const Config& config)
    : url_(libpq_url(config.url)),
      name_(config.display_url()),
      password_callback_(config.postgres.password),
      password_file_(config.postgres.password_file) {
  require_readable();
  read_settings();
}

void ConnectTarget::require_readable() const {
  char* text = nullptr;
  const OptionsHandle options(PQconninfoParse(url_.c_str(), &text));
  PQfreemem(text);  // it may quote a piece of the password
  if (!options) {
    throw Error(
        Error::Kind::invalid_argument,
        "the database URL is not one that libpq reads; it is "
        "postgresql://user:password@host:port/database?parameters with special characters in %XX form");
  }
  // libpq would quote a piece of the password as a host or port that it does not know.
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view keyword = option->keyword, value = option->val;
    if ((keyword == "host" && value.find('@') != std::string_view::npos) ||
        (keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos)) {
      throw Error(Error::Kind::invalid_argument,
                  "the database URL has a host or port that cannot be; write special characters of the "
                  "password as %XX (@ is %40, / is %2F)");
    }
  }
}

void ConnectTarget::read_settings() {
  const LibpqSettings settings(url_);
  settings.require_usable();
  connect_timeout_ = settings.connect_timeout();
  if (settings.value("target_session_attrs") == "prefer-standby") wanted_states_ = {"standby", "any"};
  const auto hosts = split(settings.value("host")), addresses = split(settings.value("hostaddr")),
             ports = split(settings.value("port"));
  const std::size_t count = std::max(hosts.size(), addresses.size());
  if (count < 2) return;
  for (const auto* list : {&hosts, &addresses, &ports})  // an empty place stands for a default of libpq's
    if (list->size() > 1 && has_empty_place(*list)) return;
  for (std::size_t i = 0; i < count; ++i)
    hosts_.push_back({part(hosts, i), part(addresses, i), part(ports, i)});
}

std::string password_in(const std::string& url) {
  const OptionsHandle options(PQconninfoParse(libpq_url(url).c_str(), nullptr));
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr;
       ++option)
    if (std::string_view(option->keyword) == "password" && option->val != nullptr) return option->val;
  return {};
}

// Nothing: whatever the URL or libpq's own sources say.
std::optional<std::string> ConnectTarget::password() const {
  const auto refuse = [&](const std::string& why) {
    // It may be about to be replaced, so it is worth another attempt later.
    return Error(Error::Kind::unavailable, "cannot connect to " + name_ + ": " + why);
  };
  if (password_callback_) {
    try {
      return password_callback_();
    } catch (const Error&) {
      throw;
    } catch (...) {  // its text may hold what it was handed
      throw refuse("the password callback failed");
    }
  }
  if (password_file_.empty()) return std::nullopt;
  std::optional<std::string> secret = tenon::detail::file_text(password_file_);
  if (!secret) throw refuse("the password file " + password_file_ + " cannot be read");
  if (secret->empty()) throw refuse("the password file " + password_file_ + " is empty");
  return secret;
}

ConnectTarget::ProgramLogin ConnectTarget::program_login() const {
  ProgramLogin login{.connection_string = {}, .password = password()};
  const OptionsHandle options(PQconninfoParse(url_.c_str(), nullptr));
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr;
       ++option) {
    if (option->val == nullptr) continue;
    const std::string_view keyword = option->keyword;
    if (keyword == "password") {
      if (!login.password) login.password = option->val;
    } else if (*option->dispchar == '*' || keyword.starts_with("scram_")) {  // (34.1, PQconndefaults)
      throw Error(Error::Kind::unsupported, "the URL's " + std::string(keyword) +
                                                " cannot be handed to another program unseen; give the "
                                                "login a key without one");
    } else {
      login.connection_string += std::string(keyword) + "='" + quoted(option->val) + "' ";
    }
  }
  return login;
}

std::string ConnectTarget::database_name() const {
  const OptionsHandle given(PQconninfoParse(url_.c_str(), nullptr));
  const OptionsHandle usual(PQconndefaults());
  for (const std::string_view wanted : {"dbname", "user"}) {
    for (const PQconninfoOption* option : {given.get(), usual.get()})
      for (; option != nullptr && option->keyword != nullptr; ++option)
        if (option->keyword == wanted && option->val != nullptr && *option->val != '\0') return option->val;
  }
  return "postgres";
}

ConnectionHandle ConnectTarget::connect(backend::Deadline deadline, const std::stop_token& stop) const {
  const std::optional<std::string> secret = password();
  if (hosts_.empty()) return attempt(nullptr, nullptr, secret, deadline, stop);
  std::optional<Error> first;
  std::size_t left = wanted_states_.size() * hosts_.size();
  for (const char* const state : wanted_states_) {
    first.reset();
    for (const Host& host : hosts_) {
      backend::Deadline share = deadline;
      if (deadline != backend::Deadline::max()) {
        const auto now = std::chrono::steady_clock::now();
        share = now + (deadline - now) / static_cast<long>(left);
      }
      --left;
      try {
        return attempt(&host, state, secret, share, stop);
      } catch (const Error& error) {
        if (!first) first = error;
      }
    }
  }
  throw Error(*first);
}

ConnectionHandle ConnectTarget::attempt(const Host* host, const char* state,
                                        const std::optional<std::string>& password,
                                        backend::Deadline deadline, const std::stop_token& stop) const {
  std::vector<const char*> keywords{"dbname", "fallback_application_name", "client_encoding"};
  std::vector<const char*> values{url_.c_str(), "tenon", "UTF8"};
  if (host != nullptr) {
    const std::pair<const char*, const std::string*> overrides[] = {
        {"host", &host->host}, {"hostaddr", &host->address}, {"port", &host->port}};
    for (const auto& [keyword, value] : overrides) {
      keywords.push_back(keyword);
      values.push_back(value->c_str());
    }
  }
  if (state != nullptr) {
    keywords.push_back("target_session_attrs");
    values.push_back(state);
  }
  if (password) {
    keywords.push_back("password");
    values.push_back(password->c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);

  ConnectionHandle connection(PQconnectStartParams(keywords.data(), values.data(), 1));
  if (!connection)
    throw Error(Error::Kind::limit_exceeded, "cannot connect to " + name_ + ": out of memory");
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);  // libpq's own writes to stderr
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);    // brings the SQLSTATE of a refused login
  if (connect_timeout_)
    deadline =
        std::min(deadline, tenon::detail::later(std::chrono::steady_clock::now(), *connect_timeout_));
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED || PQstatus(connection.get()) == CONNECTION_BAD) {
      throw_failure(name_, PQerrorMessage(connection.get()));
    }
    const Wait wait = wait_while(connection.get(), next, deadline, stop);
    if (stop.stop_requested()) {
      throw Error(Error::Kind::unavailable,
                  "cannot connect to " + name_ + ": the database is being closed");
    }
    if (wait == Wait::timed_out) {
      throw Error(Error::Kind::unavailable, "cannot connect to " + name_ + ": no answer in time");
    }
    next = PQconnectPoll(connection.get());
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  return connection;
}

}  // namespace tenon::postgres
