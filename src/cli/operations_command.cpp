#include <chrono>
#include <memory>

#include <CLI/CLI.hpp>

#include <tenon/config_source.hpp>
#include <tenon/health.hpp>

#include "commands.hpp"
#include "json_list.hpp"
#include "member_text.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

// What an operator asks: health, ready, info, config.

namespace tenon::cli {
namespace {

using std::chrono::milliseconds;

// The members of a described struct, one a line; empty ones are left out.
template <class T>
std::string as_text(const T& value) {
  Table table({{"FACT"}, {"VALUE"}});
  using Columns = tenon::detail::Columns<T>;
  Columns::for_each([&](auto i) {
    const std::string text = member_text(value.*Columns::template descriptor<i>::pointer);
    if (text.empty() || text == "-") return;
    table.add({std::string(Columns::names[i]), text});
  });
  return table.text();
}

template <class T>
void show(const Session& session, const T& value) {
  write(session.settings.json ? to_json(value) + "\n" : as_text(value));
  flush_output();
}

// A database that cannot even be opened is an answer too.
Health health_of(Session& session, milliseconds timeout) {
  try {
    return session.database(timeout).health(timeout);
  } catch (const Error& error) {
    Health health;
    health.error = error.what();
    return health;
  }
}

Readiness readiness_of(Session& session, milliseconds timeout) {
  try {
    return session.database(timeout).ready(timeout);
  } catch (const Error& error) {
    return {.ready = false, .latency_ms = 0, .error = error.what()};
  }
}

void tell_health(Session& session, milliseconds timeout) {
  const Health health = health_of(session, timeout);
  show(session, health);
  if (!health.available) throw Failure("the database is not available: " + health.error);
}

void tell_readiness(Session& session, milliseconds timeout) {
  const Readiness readiness = readiness_of(session, timeout);
  show(session, readiness);
  if (!readiness) throw Failure("the database is not ready: " + readiness.error);
}

void tell_info(Session& session) {
  show(session, session.config().enabled ? session.database().info() : DatabaseInfo{});
}

void tell_config(const Session& session) {
  const ConfigReading reading = session.reading();
  if (session.settings.json) {
    std::string ignored;
    for (const std::string& variable : reading.ignored)
      ignored += (ignored.empty() ? "" : ",") + json_text(variable);
    write("{\"values\":" + json_array(reading.values) + ",\"ignored\":[" + ignored + "]}\n");
    return;
  }
  Table table({{"SETTING"}, {"VALUE"}, {"ORIGIN"}});
  for (const ConfigValue& value : reading.values) table.add({value.name, value.value, value.origin});
  write(table.text());
  for (const std::string& variable : reading.ignored)
    write(printable(variable) + " is set, but something stronger goes before it\n");
}

void add_check(CLI::App& program, const char* name, const char* help, Session& session,
               void (*tell)(Session&, milliseconds), int usual_ms) {
  CLI::App* command = program.add_subcommand(name, help);
  auto timeout = std::make_shared<int>(usual_ms);
  command->add_option("--timeout", *timeout, "Longest wait for the answer, in milliseconds")
      ->check(CLI::Range(1, 600'000))
      ->capture_default_str();
  command->callback([&session, timeout, tell] { tell(session, milliseconds{*timeout}); });
}

}  // namespace

void add_operations_commands(CLI::App& program, Session& session) {
  add_check(program, "health", "How the database is; exit code 1 when it is not available", session,
            tell_health, 2'000);
  add_check(program, "ready", "Whether the database answers; exit code 1 when it does not", session,
            tell_readiness, 1'000);
  program.add_subcommand("info", "Figures over all tenants")->callback([&session] { tell_info(session); });
  program.add_subcommand("config", "Every setting, its value and where it comes from; no passwords")
      ->callback([&session] { tell_config(session); });
}

}  // namespace tenon::cli
