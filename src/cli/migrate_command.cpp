#include <CLI/CLI.hpp>

#include <tenon/migrator.hpp>

#include "commands.hpp"
#include "json_list.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

void migrate_up(Session& session) {
  const MigrationReport report = session.database().migrate();
  std::string versions;
  for (const std::int64_t version : report.applied)
    versions += (versions.empty() ? "" : session.settings.json ? "," : ", ") + std::to_string(version);
  const std::string newest = std::to_string(report.version);
  if (session.settings.json) {
    write("{\"applied\":[" + versions + "],\"version\":" + newest + "}\n");
  } else if (report.applied.empty()) {
    write("Nothing to do; the schema is at version " + newest + ".\n");
  } else {
    write("Applied " + versions + "; the schema is at version " + newest + ".\n");
  }
}

void migrate_status(Session& session) {
  Table table(
      {{"VERSION", Table::Align::right}, {"NAME"}, {"STATE"}, {"APPLIED"}, {"MS", Table::Align::right}});
  std::string json;
  for (const MigrationStatus& migration : session.database().migrator().status()) {
    const bool applied = migration.applied_at.has_value();
    const std::string version = std::to_string(migration.version);
    const std::string state(to_string(migration.state));
    const std::string duration = std::to_string(migration.duration.count());
    table.add({version, migration.name, state, applied ? time_text(*migration.applied_at) : "-",
               applied ? duration : "-"});
    json += (json.empty() ? "{\"version\":" : ",{\"version\":") + version +
            ",\"name\":" + json_text(migration.name) + ",\"state\":" + json_text(state) +
            ",\"applied_at\":" + (applied ? json_text(to_string(*migration.applied_at)) : "null") +
            ",\"duration_ms\":" + (applied ? duration : "null") + "}";
  }
  write(session.settings.json ? "[" + json + "]\n" : table.text());
}

}  // namespace

void add_migrate_command(CLI::App& program, Session& session) {
  CLI::App* command = program.add_subcommand("migrate", "Make or update the schema");
  command->require_subcommand(1);
  command->add_subcommand("up", "Bring the schema to its newest version")->callback([&session] {
    migrate_up(session);
  });
  command->add_subcommand("status", "Show every step of the schema")->callback([&session] {
    migrate_status(session);
  });
}

}  // namespace tenon::cli
