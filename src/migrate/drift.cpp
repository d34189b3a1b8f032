#include "drift.hpp"

#include <algorithm>
#include <utility>

#include <tenon/enum_name.hpp>

#include "sha256.hpp"

namespace tenon::detail {
namespace {

MigrationProblem problem(const Source& source, const char* code, std::int64_t version,
                         const std::string& name, const char* what, std::string remedy) {
  return {code, version, name, label(source.component, version, name) + " " + what, std::move(remedy)};
}

bool comes_late(const Applied& applied, std::int64_t version) {
  return !applied.empty() && version < applied.rbegin()->first;
}

}  // namespace

Source::Source(std::string name, const std::vector<Migration>& all)
    : component(std::move(name)), migrations(all) {
  checksums.reserve(all.size());
  for (const Migration& migration : all) checksums.push_back(migration_checksum(migration.up));
}

std::size_t Source::find(std::int64_t version) const {
  const auto at = std::lower_bound(migrations.begin(), migrations.end(), version,
                                   [](const Migration& m, std::int64_t v) { return m.version < v; });
  if (at == migrations.end() || at->version != version) return migrations.size();
  return static_cast<std::size_t>(at - migrations.begin());
}

std::string label(const std::string& component, std::int64_t version, const std::string& name) {
  return "migration " + std::to_string(version) + (name.empty() ? "" : "_" + name) + " of component " +
         component;
}

std::string command(const std::string& component, std::string_view verb) {
  std::string text = std::string("tenon migrate ").append(verb);
  if (component != "tenon") text.append(" --component ").append(component).append(" --source DIR");
  return text;
}

std::vector<MigrationStatus> compare(const Source& source, const Record& record, const Applied& applied) {
  using State = MigrationStatus::State;
  std::map<std::int64_t, MigrationStatus> all;
  for (const auto& [version, one] : applied) {
    MigrationStatus& status = all[version];
    status.version = version;
    status.name = one.name;
    status.state = State::missing;
    status.applied_at = one.applied_at;
    status.duration = one.duration;
  }
  for (std::size_t i = 0; i < source.migrations.size(); ++i) {
    const Migration& migration = source.migrations[i];
    MigrationStatus& status = all[migration.version];
    status.file = migration.up_file;
    if (const auto found = applied.find(migration.version); found != applied.end()) {
      status.state = found->second.checksum == source.checksums[i] ? State::applied : State::changed;
      continue;
    }
    status.version = migration.version;
    status.name = migration.name;
    status.out_of_order = comes_late(applied, migration.version);
  }
  for (const auto& [key, entries] : record.journals) {
    const auto found = all.find(key.first);
    if (found == all.end()) continue;
    found->second.state = State::partial;
    found->second.statements_run = static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(), [](const auto& e) { return e.second.finished; }));
  }
  std::vector<MigrationStatus> result;
  result.reserve(all.size());
  for (auto& entry : all) result.push_back(std::move(entry.second));
  return result;
}

std::vector<MigrationProblem> drift_of(const Source& source, const AppliedMigration& applied) {
  const std::size_t at = source.find(applied.version);
  if (at < source.migrations.size()) {
    if (source.checksums[at] == applied.checksum) return {};
    return {problem(source, "migration-changed", applied.version, applied.name,
                    "was changed after it was applied",
                    "restore its text and put the change into a new migration (" +
                        command(source.component, "create NAME") +
                        "), or accept the text: " + command(source.component, "repair"))};
  }
  if (applied.version > source.newest())
    return {problem(source, "database-newer", applied.version, applied.name,
                    "is in the database, but newer than every migration of this source",
                    "run the newer program, or with its files: " +
                        command(source.component, "to " + std::to_string(source.newest())))};
  return {problem(source, "migration-vanished", applied.version, applied.name,
                  "was applied but is no longer in the source",
                  "restore its file, or drop its record: " + command(source.component, "repair"))};
}

std::vector<MigrationProblem> drift(const Source& source, const Applied& applied) {
  std::vector<MigrationProblem> problems;
  for (const auto& entry : applied)
    for (MigrationProblem& one : drift_of(source, entry.second)) problems.push_back(std::move(one));
  for (const Migration& migration : source.migrations)
    if (!applied.contains(migration.version) && comes_late(applied, migration.version))
      problems.push_back(out_of_order(source, migration));
  std::stable_sort(problems.begin(), problems.end(),
                   [](const auto& a, const auto& b) { return a.version < b.version; });
  return problems;
}

MigrationProblem out_of_order(const Source& source, const Migration& migration) {
  return problem(
      source, "migration-out-of-order", migration.version, migration.name,
      "is pending, but older than the newest that was applied or begun",
      "give it a higher number, or apply it late: " + command(source.component, "up --allow-out-of-order"));
}

MigrationProblem stopped_half_way(const Source& source, const JournalKey& key,
                                  const JournalEntries& entries) {
  const std::size_t at = source.find(key.first);
  const auto done =
      std::count_if(entries.begin(), entries.end(), [](const auto& e) { return e.second.finished; });
  const std::string way(enum_name(key.second));
  return {
      "migration-partial", key.first, at < source.migrations.size() ? source.migrations[at].name : "",
      label(source.component, key.first, at < source.migrations.size() ? source.migrations[at].name : "") +
          " stopped on its way " + way + " after " + std::to_string(done) + " of its statements",
      "go on where it stopped: " + command(source.component, way) +
          "; or end it by hand and say so: " + command(source.component, "force VERSION --reason WHY")};
}

Error to_error(const std::vector<MigrationProblem>& problems) {
  const MigrationProblem& first = problems.front();
  Error::Detail detail;
  detail.code = first.code;
  detail.hint = first.remedy;
  std::string text = first.what + "; " + first.remedy;
  if (problems.size() > 1)
    text += " (and " + std::to_string(problems.size() - 1) + " more: tenon migrate validate)";
  return {Error::Kind::schema_mismatch, text, std::move(detail)};
}

}  // namespace tenon::detail
