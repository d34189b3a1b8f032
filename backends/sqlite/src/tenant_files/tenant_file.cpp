#include "tenant_file.hpp"

#include <array>
#include <optional>

#include <tenon/detail/temporary_object.hpp>

#include "text_number.hpp"

namespace tenon::sqlite {
namespace {

using Kind = Error::Kind;

constexpr const char* read_owner = "SELECT tenant, directory, number FROM tenon_file";

[[noreturn]] void refuse(Kind kind, const std::string& path, const std::string& why) {
  throw Error(kind, "open: the file " + path + " " + why,
              {.sqlstate = kind == Kind::permission_denied ? "42501" : "55000",
               .statement = {},
               .constraint = {},
               .hint = {}});
}

// Who a file belongs to and how far it has come.
struct Owner {
  std::string tenant;
  std::string directory;
  std::int64_t number = 0;
};

// Nothing for a file without any table.
std::optional<Owner> owner_of(backend::Maintenance& on, const std::string& path) {
  const auto tables =
      on.query("SELECT count(*), coalesce(sum(name = 'tenon_file'), 0) FROM sqlite_schema", {});
  if (to_number(tables.at(0).at(0)) == 0) return std::nullopt;
  if (to_number(tables.at(0).at(1)) == 0)
    refuse(Kind::corrupt, path, "is no tenant's file; put the right one back");
  const auto rows = on.query(read_owner, {});
  if (rows.size() != 1 || !rows[0][0] || !rows[0][1])
    refuse(Kind::corrupt, path, "does not say whose it is; restore it from a backup");
  return Owner{*rows[0][0], *rows[0][1], to_number(rows[0][2])};
}

void check(const Owner& owner, const std::string& path, std::string_view tenant, const Journal& journal) {
  if (owner.tenant != tenant)
    refuse(Kind::permission_denied, path, "holds another tenant's rows; put the right file back");
  if (owner.directory != journal.directory_id())
    refuse(Kind::schema_mismatch, path,
           "comes from another directory; copy the tenant's rows over instead of the file");
}

Owner adopt(backend::Maintenance& on, std::string_view tenant, const Journal& journal) {
  on.execute(
      "CREATE TABLE tenon_file (tenant TEXT NOT NULL, directory TEXT NOT NULL, number INTEGER NOT NULL) "
      "STRICT");
  const std::array<std::string_view, 2> parameters{tenant, journal.directory_id()};
  (void)on.query("INSERT INTO tenon_file VALUES ($1, $2, 0)", parameters);
  return {std::string(tenant), journal.directory_id(), 0};
}

void set_number(backend::Maintenance& on, std::int64_t number) {
  const std::string text = std::to_string(number);
  const std::array<std::string_view, 1> parameters{text};
  (void)on.query("UPDATE tenon_file SET number = CAST($1 AS INTEGER)", parameters);
}

void check_keys(backend::Maintenance& on, const std::string& path) {
  const auto broken = on.query(foreign_key_check, {});
  if (broken.empty()) return;
  throw Error(Error::Kind::constraint_violation,
              "a migration would leave rows of " + broken[0][0].value_or("?") + " in the file " + path +
                  " that refer to rows of " + broken[0][2].value_or("?") + " which are absent",
              {.sqlstate = "23503", .statement = {}, .constraint = {}, .hint = {}});
}

void run(backend::Maintenance& on, const std::string& path, const JournalEntry& entry) {
  if (entry.sql == foreign_key_check) return check_keys(on, path);
  try {
    replay(on, entry);
  } catch (const Error& failure) {
    throw Error(failure.kind(), "a migration failed in the file " + path + ": " + failure.what(),
                failure.detail());
  }
}

void enforce_keys(backend::Maintenance& on, bool enforced) {
  on.execute(enforced ? foreign_keys_on : foreign_keys_off);
}

// The session in which a file is brought up.
struct ReplaySession {
  bool keys_off = false;  // the keys are not enforced now
  bool has_settings = false;
};

// Of the session, which lasts longer than a migration does.
bool is_setting(const JournalEntry& entry) {
  return entry.sql != foreign_key_check &&
         (begins_with_word(entry.sql, "pragma") || tenon::detail::may_make_temporary_object(entry.sql));
}

// Of a migration, whose settings end with it: its event, as src/migrate/history.cpp adds it.
bool is_end(const JournalEntry& entry) {
  return entry.sql.starts_with("INSERT INTO tenon_schema_history ");
}

// One transaction of as many entries as may be in one, then those that may not. False when there were none.
bool take_step(backend::Maintenance& on, const std::string& path, std::string_view tenant,
               const Journal& journal, ReplaySession& session) {
  bool& keys_off = session.keys_off;
  on.begin();
  std::optional<Owner> owner = owner_of(on, path);
  const bool is_new = !owner;
  if (is_new) owner = adopt(on, tenant, journal);
  check(*owner, path, tenant, journal);
  const std::vector<JournalEntry> entries = journal.after(owner->number);
  if (!entries.empty() && entries.front().foreign_keys_off != keys_off) {
    on.rollback();
    keys_off = entries.front().foreign_keys_off;
    enforce_keys(on, !keys_off);
    return true;
  }
  const auto goes_along = [&](const JournalEntry& entry, bool within) {
    return entry.within_transaction == within && entry.foreign_keys_off == keys_off;
  };
  std::size_t done = 0;
  bool ended = false;
  for (; !ended && done < entries.size() && goes_along(entries[done], true); ++done) {
    run(on, path, entries[done]);
    session.has_settings = session.has_settings || is_setting(entries[done]);
    ended = session.has_settings && is_end(entries[done]);
  }
  if (done > 0) set_number(on, entries[done - 1].number);
  on.commit();
  if (ended) {
    on.reset();
    session = {};
    return true;
  }
  for (; done < entries.size() && goes_along(entries[done], false); ++done) {
    run(on, path, entries[done]);
    session.has_settings = session.has_settings || is_setting(entries[done]);
    set_number(on, entries[done].number);
  }
  return !entries.empty();
}

void bring_up_file(Engine& file, const std::string& path, std::string_view tenant, const Journal& journal) {
  const auto on = file.maintenance();
  if (const std::optional<Owner> owner = owner_of(*on, path)) {
    check(*owner, path, tenant, journal);
    const std::int64_t newest = journal.newest();
    if (owner->number > newest) {
      refuse(Kind::schema_mismatch, path,
             "is newer than the directory's schema file; restore both from the same backup");
    }
    if (owner->number == newest) return;
  }
  try {
    ReplaySession session;
    while (take_step(*on, path, tenant, journal, session)) {
    }
  } catch (...) {
    on->rollback();
    throw;
  }
}

void rehearse_in(Engine& file, const std::string& path, std::span<const JournalEntry> entries) {
  const auto on = file.maintenance();
  const bool keys_off = !entries.empty() && entries.front().foreign_keys_off;
  if (keys_off) enforce_keys(*on, false);
  on->begin();
  try {
    for (const JournalEntry& entry : entries) run(*on, path, entry);
  } catch (...) {
    on->rollback();
    throw;
  }
  on->rollback();
}

}  // namespace

void naming_the_file(const std::string& path, tenon::detail::FunctionRef<void()> work) {
  try {
    work();
  } catch (const Error& failure) {
    if (std::string_view(failure.what()).find(path) != std::string_view::npos) throw;
    throw Error(failure.kind(), "in the file " + path + ": " + failure.what(), failure.detail());
  }
}

void hiding_the_file(const std::string& path, tenon::detail::FunctionRef<void()> work) {
  try {
    work();
  } catch (const Error& failure) {
    std::string what = failure.what();
    std::size_t at = what.find(path);
    if (at == std::string::npos) throw;
    static constexpr std::string_view hidden = "of the tenant";
    for (; at != std::string::npos; at = what.find(path, at + hidden.size()))
      what.replace(at, path.size(), hidden);
    throw Error(failure.kind(), what, failure.detail());
  }
}

void bring_up(Engine& file, const std::string& path, std::string_view tenant, const Journal& journal) {
  naming_the_file(path, [&] { bring_up_file(file, path, tenant, journal); });
}

void rehearse(Engine& file, const std::string& path, std::span<const JournalEntry> entries) {
  naming_the_file(path, [&] { rehearse_in(file, path, entries); });
}

std::optional<std::string> recorded_tenant(const std::string& path) {
  Connection connection({.path = path, .writes = false});
  static constexpr const char* sql = "SELECT tenant FROM tenon_file";
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(connection.handle(), sql, -1, &raw, nullptr);
  const StatementHandle statement(raw);
  if (code == SQLITE_ERROR) return std::nullopt;  // no such table
  if (code != SQLITE_OK) throw connection.error(code, "open");
  const int stepped = sqlite3_step(statement.get());
  if (stepped == SQLITE_DONE) return std::nullopt;
  if (stepped != SQLITE_ROW) throw connection.error(stepped, "open");
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
  if (text == nullptr) return std::nullopt;
  return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), 0)));
}

}  // namespace tenon::sqlite
