#include "error_map.hpp"

#include <optional>
#include <utility>

#include "guarded_table.hpp"

namespace tenon::sqlite {
namespace {

using Kind = Error::Kind;

// What an Error is made of before it has its subject.
struct Verdict {
  Kind kind;
  const char* sqlstate;  // PostgreSQL docs, appendix A
  std::string text;
};

Verdict constraint_verdict(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      return {Kind::already_exists, "23505", "the key or a unique value is taken"};
    case SQLITE_CONSTRAINT_CHECK:
      return {Kind::constraint_violation, "23514", "a check constraint refused the row"};
    case SQLITE_CONSTRAINT_NOTNULL:
      return {Kind::constraint_violation, "23502", "a column that must have a value was given none"};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {Kind::constraint_violation, "23503", "a foreign key refused the change"};
    case SQLITE_CONSTRAINT_TRIGGER:
      return {Kind::constraint_violation, "23000", "a trigger refused the change"};
    case SQLITE_CONSTRAINT_DATATYPE:
      return {Kind::invalid_argument, "22000", "a value is not of its column's type"};
    default:
      return {Kind::constraint_violation, "23000", "a constraint refused the change"};
  }
}

// A statement beyond one of SQLite's limits (https://sqlite.org/limits.html).
std::optional<Verdict> limit_verdict(std::string_view message) {
  if (message.starts_with("Expression tree is too large") || message == "parser stack overflow")
    return Verdict{Kind::limit_exceeded, "54001",
                   "the statement's conditions are nested too deep for SQLite"};
  if (message == "too many SQL variables")
    return Verdict{Kind::limit_exceeded, "54000", "the statement has more parameters than SQLite allows"};
  return std::nullopt;
}

// SQLITE_ERROR has no finer code: the message tells. These messages hold identifiers and SQL text only.
Verdict generic_verdict(std::string_view message) {
  const auto quoted = [&] { return std::string(message); };
  if (message.starts_with("no such table") || message.starts_with("no such view")) {
    return {Kind::schema_mismatch, "42P01", quoted() + "; migrate the database"};
  }
  if (message.starts_with("no such column") ||
      message.find("has no column named") != std::string_view::npos) {
    return {Kind::schema_mismatch, "42703", quoted() + "; migrate the database"};
  }
  if (message.starts_with("no such function") ||
      message.starts_with("wrong number of arguments to function")) {
    return {Kind::invalid_argument, "42883", quoted()};
  }
  if (message.starts_with("near \"") || message == "incomplete input") {
    return {Kind::invalid_argument, "42601", quoted()};
  }
  if (std::optional<Verdict> limit = limit_verdict(message)) return *std::move(limit);
  if (message == "integer overflow") return {Kind::invalid_argument, "22003", quoted()};
  if (message.find("values for") != std::string_view::npos && message.starts_with("table ")) {
    return {Kind::schema_mismatch, "42601", quoted()};
  }
  return {Kind::invalid_argument, "42000", "SQLite could not run the statement"};
}

Verdict verdict_of(int code, std::string_view message, bool deadline_passed) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return constraint_verdict(code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      if (deadline_passed)
        return {Kind::timeout, "57014", "the deadline passed while another process held the file"};
      if (code == SQLITE_BUSY_SNAPSHOT) {
        return {Kind::serialization_failure, "40001", "the data changed since it was read; run it again"};
      }
      return {Kind::busy, "55P03",
              "another process held the database file for longer than Config::sqlite.busy_timeout; run it "
              "again"};
    case SQLITE_INTERRUPT:
      if (deadline_passed) {
        return {Kind::timeout, "57014", "the deadline passed while the statement ran; it was cancelled"};
      }
      return {Kind::cancelled, "57014", "the statement was cancelled"};
    case SQLITE_READONLY:
      return {Kind::read_only, "25006", "the database, or the connection, accepts no writes"};
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Kind::permission_denied, "42501",
              "only SELECT, INSERT, UPDATE and DELETE may run here; change the schema with a migration"};
    case SQLITE_FULL:
      return {Kind::limit_exceeded, "53100", "the disk is full"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      if (message.find("unsafe use of ") != std::string_view::npos)
        return {
            Kind::unsupported, "0A000",
            "the schema calls a function that tenon lets no schema call, such as one of JSON in an index "
            "or a generated column (https://sqlite.org/pragma.html#pragma_trusted_schema); the file is "
            "whole: change the schema with another program"};
      return {Kind::corrupt, "XX001",
              "the file is damaged or not an SQLite database; restore it from a backup"};
    case SQLITE_TOOBIG:
      return {Kind::limit_exceeded, "54000", "a value or the statement is longer than SQLite allows"};
    case SQLITE_NOMEM:
      return {Kind::limit_exceeded, "53200", "SQLite is out of memory"};
    case SQLITE_IOERR:
      return {Kind::unavailable, "58030", "reading or writing the database file failed"};
    case SQLITE_CANTOPEN:
      return {Kind::unavailable, "58030",
              "the database file cannot be opened; check its path and permissions"};
    case SQLITE_PROTOCOL:
      return {Kind::busy, "55P03", "the file's locks could not be taken; run it again"};
    case SQLITE_SCHEMA:
      return {Kind::schema_mismatch, "42P01", "the schema changed while the statement ran; run it again"};
    case SQLITE_MISMATCH:
      return {Kind::invalid_argument, "22000", "a value is not of its column's type"};
    case SQLITE_RANGE:
      return {Kind::invalid_argument, "42P02", "the statement has another number of parameters"};
    case SQLITE_ERROR:
      return generic_verdict(message);
    default:
      return {Kind::internal, "XX000", "SQLite reported a misuse or an internal fault"};
  }
}

// What raw SQL is told; nothing where it is told the same as the library's own statements.
std::optional<Verdict> raw_verdict(int code, std::string_view message) {
  static constexpr std::string_view sees =
      "; raw SQL sees the tables of the main schema that have a tenant column (tenant_id, or those of "
      "SqliteOptions::tenant_columns)";
  const auto quoted = [&] { return std::string(message); };
  if ((code & 0xFF) == SQLITE_AUTH) {
    return Verdict{
        Kind::permission_denied, "42501",
        "raw SQL may only SELECT, INSERT, UPDATE and DELETE the tenant's own rows; docs/tenancy.md "
        "says which tables it may read, which it may write, and which functions it may call"};
  }
  if (code == SQLITE_CONSTRAINT_TRIGGER && message == foreign_row_message) {
    return Verdict{Kind::permission_denied, "42501", "a row cannot be given to another tenant"};
  }
  if (code != SQLITE_ERROR) return std::nullopt;
  if (message.find("because it is a view") != std::string_view::npos) {
    return Verdict{Kind::permission_denied, "42501",
                   "raw SQL may only read this table; docs/tenancy.md says which it may write"};
  }
  if (message == "cannot UPSERT a view") {
    return Verdict{Kind::unsupported, "0A000",
                   "raw SQL on SQLite has no ON CONFLICT; use INSERT OR REPLACE, INSERT OR IGNORE or "
                   "Repository::upsert"};
  }
  // Only these quote what the host wrote and nothing else.
  if (message.starts_with("no such table: ") && message.find('.') == std::string_view::npos) {
    return Verdict{Kind::schema_mismatch, "42P01", quoted().append(sees)};
  }
  if (message.starts_with("no such column: ")) return Verdict{Kind::schema_mismatch, "42703", quoted()};
  if (message.starts_with("near \"") || message.starts_with("no such function: ")) return std::nullopt;
  if (std::optional<Verdict> limit = limit_verdict(message)) return limit;
  return Verdict{Kind::invalid_argument, "42000", "SQLite could not run the statement"};
}

bool names_a_constraint(int code) noexcept {
  return (code & 0xFF) == SQLITE_CONSTRAINT && code != SQLITE_CONSTRAINT_TRIGGER;
}

}  // namespace

std::string constraint_of(std::string_view message) {
  static constexpr std::string_view mark = "constraint failed: ";
  const std::size_t at = message.find(mark);
  if (at == std::string_view::npos) return {};
  std::string_view rest = message.substr(at + mark.size());
  if (rest.starts_with("index '") && rest.ends_with('\''))
    return std::string(rest.substr(7, rest.size() - 8));
  if (message.starts_with("CHECK")) return std::string(rest);

  std::string table;
  std::string columns;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(", "));
    rest.remove_prefix(item.size() == rest.size() ? rest.size() : item.size() + 2);
    const std::size_t dot = item.find('.');
    if (dot == std::string_view::npos) return std::string(item);
    table = item.substr(0, dot);
    columns.append(columns.empty() ? "" : ", ").append(item.substr(dot + 1));
  }
  return table + "(" + columns + ")";
}

Error make_error(sqlite3* db, int code, std::string_view subject, bool deadline_passed, Wording wording) {
  const std::string_view message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  std::optional<Verdict> raw;
  if (wording == Wording::raw_sql) raw = raw_verdict(code, message);
  Verdict verdict = raw ? *std::move(raw) : verdict_of(code, message, deadline_passed);
  Error::Detail detail{
      .sqlstate = verdict.sqlstate, .statement = std::string(subject), .constraint = {}, .hint = {}};
  std::string text = std::string(subject) + ": " + verdict.text;
  if (names_a_constraint(code)) detail.constraint = constraint_of(message);
  if (!detail.constraint.empty()) text += " (" + detail.constraint + ")";
  if (wording == Wording::maintenance) {
    // SQLite's own words alone, where the verdict only repeats them.
    if ((code & 0xFF) == SQLITE_ERROR) {
      text = message;
    } else {
      text.append(": ").append(message);
    }
  }
  text += " [SQLite " + std::to_string(code) + "]";
  return {verdict.kind, text, std::move(detail)};
}

Error timeout_error(std::string_view subject, std::string_view waited_for) {
  return {Kind::timeout,
          std::string(subject) + ": the deadline passed while " + std::string(waited_for),
          {.sqlstate = "57014", .statement = std::string(subject), .constraint = {}, .hint = {}}};
}

Error closed_error() {
  return {Kind::unavailable,
          "the database is closed; open it again",
          {.sqlstate = "08003", .statement = {}, .constraint = {}, .hint = {}}};
}

bool failed_to_sync(int code) noexcept {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_SHMSIZE ||
         code == SQLITE_IOERR_SHMMAP;
}

Error outcome_unknown(const Error& failure) {
  Error::Detail detail = failure.detail();
  detail.sqlstate = "40003";
  return {Error::Kind::outcome_unknown,
          std::string(failure.what()) +
              "; whether it was committed is not known: look at the data before you repeat it",
          std::move(detail)};
}

}  // namespace tenon::sqlite
