#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>
#include <system_error>

#include <tenon/backup.hpp>
#include <tenon/database.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "backup/backup_directory.hpp"
#include "state.hpp"

namespace tenon {
namespace {

using detail::BackupDirectory;
using std::chrono::steady_clock;

void require_possible(const std::string& directory, const BackupOptions& options) {
  const auto refuse = [](const std::string& what) {
    throw Error(Error::Kind::invalid_argument, "backup: " + what);
  };
  if (directory.empty() || directory.find('\0') != std::string::npos) refuse("the directory needs a name");
  if (options.keep_newest == 0) refuse("keep_newest is at least 1, for the new one stays");
  if (options.keep_for.count() < 0) refuse("keep_for must not be negative");
  if (options.timeout.count() < 0) refuse("timeout must not be negative");
}

// `made` stays, also where the clock was set back and others look newer.
void remove_old(const BackupDirectory& place, const BackupDirectory::Backup& made,
                const BackupOptions& options, BackupReport& report) {
  std::size_t kept = 1;
  for (const BackupDirectory::Backup& backup : place.backups()) {
    if (backup.name == made.name) continue;
    const auto age = std::chrono::floor<std::chrono::seconds>(made.made_at - backup.made_at);
    const bool young = options.keep_for.count() > 0 && age < options.keep_for;
    if (kept < options.keep_newest || young) {
      ++kept;
      continue;
    }
    if (const std::error_code failed = place.remove(backup)) {
      report.not_removed.push_back(place.path_of(backup) + ": " + failed.message());
    } else {
      report.removed.push_back(place.path_of(backup));
    }
  }
}

}  // namespace

BackupReport Database::backup(const std::string& directory, const BackupOptions& options) const {
  require_possible(directory, options);
  const auto start = steady_clock::now();
  const backend::Deadline deadline =
      options.timeout.count() > 0 ? detail::later(start, options.timeout) : backend::Deadline::max();
  const BackupDirectory place(directory, state_->engine->backup_form());
  const BackupDirectory::Backup made = place.next(now());
  BackupReport report{.file = place.path_of(made)};
  try {
    state_->engine->write_backup(place.draft_of(made), options, deadline);
    report.bytes = detail::bytes_in(place.draft_of(made));
    place.publish(made);
  } catch (...) {
    place.discard_draft(made);
    throw;
  }
  remove_old(place, made, options, report);
  report.duration_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start).count();
  return report;
}

std::string to_json(const BackupReport& report) {
  using nlohmann::ordered_json;
  const ordered_json json{{"file", report.file},
                          {"bytes", report.bytes},
                          {"duration_ms", report.duration_ms},
                          {"removed", report.removed},
                          {"not_removed", report.not_removed}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace tenon
