#include "foreign_history.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <tenon/enum_name.hpp>

namespace tenon::detail {
namespace {

using backend::Flavour;
using Rows = std::vector<backend::Maintenance::TextRow>;
using Text = std::optional<std::string>;

bool is_true(const Text& text) {
  return text == "t" || text == "1" || text == "true";
}

std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

std::string default_table(MigrationTool tool) {
  switch (tool) {
    case MigrationTool::golang_migrate:
      return "schema_migrations";
    case MigrationTool::flyway:
      return "flyway_schema_history";
    case MigrationTool::goose:
      return "goose_db_version";
    case MigrationTool::alembic:
      break;
  }
  return "alembic_version";
}

std::string tool_name(MigrationTool tool) {
  switch (tool) {
    case MigrationTool::golang_migrate:
      return "golang-migrate";
    case MigrationTool::flyway:
      return "Flyway";
    case MigrationTool::goose:
      return "goose";
    case MigrationTool::alembic:
      break;
  }
  return "Alembic";
}

bool is_absent(const Error& error) {
  return error.sqlstate() == "42P01" || error.sqlstate() == "3F000";
}

// "schema"."table"
std::string quoted(const std::string& table) {
  std::string sql = "\"";
  for (const char c : table) sql += c == '.' ? "\".\"" : c == '"' ? "\"\"" : std::string(1, c);
  return sql + "\"";
}

// Reads the tool's table and turns what it finds into events.
class ForeignReader {
 public:
  ForeignReader(backend::Maintenance& on, const backend::Dialect& dialect, const Source& source,
                const AdoptOptions& options)
      : on_(on),
        postgres_(dialect.flavour() == Flavour::postgres),
        source_(source),
        options_(options),
        tool_(options.tool.value_or(MigrationTool::golang_migrate)),
        table_(options.table) {}

  std::vector<MigrationEvent> events() {
    switch (tool_) {
      case MigrationTool::golang_migrate:
        golang_migrate();
        break;
      case MigrationTool::goose:
        goose();
        break;
      case MigrationTool::flyway:
        flyway();
        break;
      case MigrationTool::alembic:
        alembic();
        break;
    }
    std::vector<MigrationEvent> events;
    for (auto& entry : found_) events.push_back(std::move(entry.second));
    return events;
  }

 private:
  [[nodiscard]] Rows rows(const std::string& columns, const std::string& order) const {
    try {
      return on_.query("SELECT " + columns + " FROM " + quoted(table_) + order, {});
    } catch (const Error& error) {
      if (error.sqlstate() == "42703" || error.sqlstate() == "42883")
        throw Error(Error::Kind::corrupt,
                    "adopt: " + table_ + " is not as " + tool_name(tool_) + " writes it: " + error.what());
      if (!is_absent(error)) throw;
      throw Error(Error::Kind::not_found, "adopt: there is no table " + table_ + " of " + tool_name(tool_) +
                                              "; name it when it is called differently");
    }
  }
  // A time without a zone is the session's on PostgreSQL and UTC on SQLite.
  [[nodiscard]] std::string utc(const std::string& column) const {
    return postgres_ ? "to_char(" + column +
                           "::timestamptz at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                     : "strftime('%Y-%m-%dT%H:%M:%fZ', " + column + ")";
  }

  void require_known(std::int64_t version) const {
    if (source_.has(version)) return;
    throw Error(Error::Kind::not_found, "adopt: " + table_ + " has version " + std::to_string(version) +
                                            ", which is not among the migrations of component " +
                                            source_.component + "; give their folder with --source");
  }

  void take(std::int64_t version, const Text& at = {}, std::string actor = {}, const std::string& as = {}) {
    require_known(version);
    const std::size_t index = source_.find(version);
    MigrationEvent event;
    event.version = version;
    event.name = source_.migrations[index].name;
    event.action = MigrationEvent::Action::adopted;
    event.checksum = source_.checksums[index];
    const auto time = parse_timestamp(at.value_or(""));
    event.at = time ? *time : now();
    event.actor = std::move(actor);
    event.reason = "adopted from " + tool_name(tool_) + (as.empty() ? "" : ", there " + as);
    found_[version] = std::move(event);
  }
  void take_up_to(std::int64_t version, const std::string& as = {}) {
    require_known(version);
    for (const Migration& migration : source_.migrations)
      if (migration.version <= version) take(migration.version, {}, {}, as);
  }

  [[noreturn]] void refuse_dirty(const std::string& what, const std::string& remedy) const {
    Error::Detail detail;
    detail.code = "adopted-dirty";
    throw Error(Error::Kind::conflict, "adopt: " + what + "; " + remedy, std::move(detail));
  }

  // The source's version for a name of the tool's own.
  [[nodiscard]] std::int64_t mapped(const std::string& name) const {
    if (const auto found = options_.versions.find(name); found != options_.versions.end())
      return found->second;
    const auto number = tool_ == MigrationTool::alembic ? std::nullopt : integer(name);
    if (number) return *number;
    throw Error(Error::Kind::invalid_argument, "adopt: " + tool_name(tool_) + "'s version '" + name +
                                                   "' is no number; say which migration it stands for: "
                                                   "--map " +
                                                   name + "=VERSION");
  }

  void golang_migrate() {
    const Rows all = rows("version, dirty", "");
    if (all.empty()) return;  // made, but nothing was applied
    const auto version = integer(all[0][0].value_or(""));
    if (!version || all.size() > 1)
      throw Error(Error::Kind::corrupt, "adopt: " + table_ + " is not as golang-migrate writes it");
    if (!is_true(all[0][1])) {
      if (*version > 0) take_up_to(*version);
      return;
    }
    if (options_.dirty == DirtyVersion::refuse)
      refuse_dirty("golang-migrate stopped in version " + std::to_string(*version) + " (dirty)",
                   "look what of that file is in the database; complete it and adopt with --dirty applied, "
                   "or take it away and adopt with --dirty pending");
    require_known(*version);
    take_up_to(*version);
    if (options_.dirty == DirtyVersion::pending) found_.erase(*version);
  }

  // Older versions of goose write a row for a step back too, newer ones delete; the last row counts.
  void goose() {
    std::map<std::int64_t, Text> applied;
    for (const auto& row : rows("version_id, is_applied, " + utc("tstamp"), " ORDER BY id")) {
      const auto version = integer(row[0].value_or(""));
      if (!version) throw Error(Error::Kind::corrupt, "adopt: " + table_ + " is not as goose writes it");
      applied.erase(*version);
      if (is_true(row[1])) applied[*version] = row[2];
    }
    applied.erase(0);  // goose's own first row
    for (const auto& [version, at] : applied) take(version, at);
  }

  // A version that a later row took back need not be among the files any more.
  void flyway() {
    struct Applied {
      Text at;
      std::string actor;
      std::string as;
    };
    std::map<std::int64_t, Applied> applied;
    const Rows all = rows("version, type, script, success, installed_by, " + utc("installed_on"),
                          " ORDER BY installed_rank");
    for (const auto& row : all) {
      const std::string type = row[1].value_or("");
      if (!is_true(row[3]))
        refuse_dirty("Flyway's " + row[2].value_or("script") + " failed",
                     "take away what it left, run flyway repair, then adopt again");
      if (!row[0]) continue;  // repeatable scripts and the schema marker have no version
      const std::int64_t version = mapped(*row[0]);
      if (type == "DELETE" || type.starts_with("UNDO")) {
        applied.erase(version);
      } else if (type.ends_with("BASELINE")) {  // where it stands there may be no file of just that version
        for (const Migration& migration : source_.migrations)
          if (migration.version <= version) applied[migration.version] = {{}, {}, *row[0]};
      } else {
        applied[version] = {row[5], row[4].value_or(""), *row[0]};
      }
    }
    for (const auto& [version, one] : applied) take(version, one.at, one.actor, one.as);
  }

  void alembic() {
    for (const auto& row : rows("version_num", " ORDER BY version_num"))
      take_up_to(mapped(row[0].value_or("")), row[0].value_or(""));
  }

  backend::Maintenance& on_;
  bool postgres_;
  const Source& source_;
  const AdoptOptions& options_;
  MigrationTool tool_;
  std::string table_;
  std::map<std::int64_t, MigrationEvent> found_;
};

bool exists(backend::Maintenance& on, const std::string& table) {
  try {
    (void)on.query("SELECT 1 FROM " + quoted(table) + " WHERE 1 = 0", {});
    return true;
  } catch (const Error& error) {
    if (!is_absent(error)) throw;
    return false;
  }
}

}  // namespace

AdoptOptions with_tool(backend::Maintenance& on, AdoptOptions options) {
  if (!options.tool) {
    if (!options.table.empty())
      throw Error(Error::Kind::invalid_argument,
                  "adopt: a table alone does not tell the tool; name it too");
    for_each_enumerator<MigrationTool>([&](MigrationTool tool, std::string_view) {
      if (!exists(on, default_table(tool))) return;
      if (options.tool)
        throw Error(Error::Kind::conflict, "adopt: there are tables of " + tool_name(*options.tool) +
                                               " and of " + tool_name(tool) + "; say which tool to adopt");
      options.tool = tool;
    });
  }
  if (!options.tool)
    throw Error(Error::Kind::not_found,
                "adopt: there is none of the tables schema_migrations, flyway_schema_history, "
                "goose_db_version and alembic_version; name the tool and its table");
  if (options.table.empty()) options.table = default_table(*options.tool);
  return options;
}

std::vector<MigrationEvent> foreign_events(backend::Maintenance& on, const backend::Dialect& dialect,
                                           const Source& source, const AdoptOptions& options) {
  return ForeignReader(on, dialect, source, options).events();
}

}  // namespace tenon::detail
