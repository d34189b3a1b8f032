#include <chrono>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include <tenon/backup.hpp>

#include "commands.hpp"
#include "direct_url.hpp"
#include "interruption.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

struct Wanted {
  std::string directory;
  std::size_t keep = BackupOptions{}.keep_newest;
  int keep_days = 0;
  int timeout_seconds = 0;
  bool no_check = false;
  std::string pg_dump = BackupOptions{}.pg_dump;

  [[nodiscard]] BackupOptions options() const {
    return {.keep_newest = keep,
            .keep_for = std::chrono::days{keep_days},
            .timeout = std::chrono::seconds{timeout_seconds},
            .check = !no_check,
            .pg_dump = pg_dump};
  }
};

std::string as_text(const BackupReport& report) {
  std::string text = printable(report.file) + ": " + std::to_string(report.bytes) + " bytes in " +
                     std::to_string(report.duration_ms) + " ms\n";
  for (const std::string& path : report.removed) text += "removed " + printable(path) + "\n";
  return text;
}

// An interrupted one leaves neither pg_dump nor a piece of a file behind.
BackupReport made_backup(Database& database, const Wanted& wanted) {
  const WhenInterrupted close([&database] { database.close(); });
  try {
    return database.backup(wanted.directory, wanted.options());
  } catch (const Error&) {
    if (interrupted()) throw Failure("interrupted; no backup was made");
    throw;
  }
}

void back_up(Session& session, const Wanted& wanted) {
  session.works_on_whole_database = true;
  session.accept_findings = {"*"};  // who may read all rows is no login for tenants
  session.require_use_of_direct_url();
  note_interruptions();
  const BackupReport report = made_backup(session.database(), wanted);
  write(session.settings.json ? to_json(report) + "\n" : as_text(report));
  flush_output();
  if (report.not_removed.empty()) return;
  throw Failure("the backup was made, but an older one could not be removed: " +
                printable(report.not_removed.front()));
}

}  // namespace

void add_backup_command(CLI::App& program, Session& session) {
  CLI::App* const backup = program.add_subcommand(
      "backup", "Write all tenants' rows to a new file in a directory, and remove older ones");
  const auto wanted = std::make_shared<Wanted>();
  backup->add_option("DIRECTORY", wanted->directory, "Where this database's backups lie; made where absent")
      ->required();
  backup->add_option("--keep", wanted->keep, "So many of the newest stay, the new one among them")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  backup->add_option("--keep-days", wanted->keep_days, "Beyond those stay the ones of so many last days")
      ->check(CLI::Range(0, 36'500))
      ->capture_default_str();
  backup->add_option("--timeout", wanted->timeout_seconds, "Longest time, in seconds; 0: no limit")
      ->check(CLI::Range(0, 604'800))
      ->capture_default_str();
  backup->add_flag("--no-check", wanted->no_check, "SQLite: do not read the copy through");
  add_direct_url(*backup, session);
  backup
      ->add_option("--pg-dump", wanted->pg_dump,
                   "PostgreSQL: the program, by its path or as PATH has it; not older than the server")
      ->capture_default_str();
  backup->callback([&session, wanted] { back_up(session, *wanted); });
}

}  // namespace tenon::cli
