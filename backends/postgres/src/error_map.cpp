#include "error_map.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <utility>

namespace tenon::postgres {

namespace {

using Kind = Error::Kind;
using Row = std::pair<std::string_view, Kind>;

// PostgreSQL docs, appendix A. The longest prefix decides, so single states stand before their classes.
constexpr auto kinds = std::to_array<Row>({
    {"23505", Kind::already_exists},
    {"23", Kind::constraint_violation},
    {"44", Kind::constraint_violation},
    {"40002", Kind::constraint_violation},
    {"2BP01", Kind::constraint_violation},
    {"P0", Kind::constraint_violation},
    {"40001", Kind::serialization_failure},
    {"40003", Kind::outcome_unknown},
    {"40P01", Kind::deadlock},
    {"40", Kind::serialization_failure},
    {"08007", Kind::outcome_unknown},
    {"08P01", Kind::internal},
    {"08", Kind::unavailable},
    {"42501", Kind::permission_denied},
    {"42P01", Kind::schema_mismatch},
    {"42703", Kind::schema_mismatch},
    {"42883", Kind::schema_mismatch},
    {"42704", Kind::schema_mismatch},
    {"42P06", Kind::already_exists},
    {"42P07", Kind::already_exists},
    {"42701", Kind::already_exists},
    {"42710", Kind::already_exists},
    {"42723", Kind::already_exists},
    {"3F000", Kind::schema_mismatch},
    {"3D000", Kind::invalid_argument},
    {"42", Kind::invalid_argument},
    {"22", Kind::invalid_argument},
    {"21", Kind::invalid_argument},
    {"0A", Kind::unsupported},
    {"25006", Kind::read_only},
    {"25P03", Kind::timeout},
    {"25P04", Kind::timeout},
    {"25P02", Kind::invalid_argument},
    {"25", Kind::invalid_argument},
    {"26000", Kind::serialization_failure},
    {"28", Kind::permission_denied},
    {"0L", Kind::permission_denied},
    {"0P", Kind::permission_denied},
    {"53300", Kind::unavailable},
    {"53", Kind::limit_exceeded},
    {"54", Kind::limit_exceeded},
    {"55P03", Kind::busy},
    {"55006", Kind::busy},
    {"55", Kind::invalid_argument},
    {"57014", Kind::cancelled},
    {"57P05", Kind::unavailable},
    {"57P", Kind::unavailable},
    {"57", Kind::unavailable},
    {"58", Kind::unavailable},
    {"72000", Kind::serialization_failure},
    {"XX001", Kind::corrupt},
    {"XX002", Kind::corrupt},
    {"XX", Kind::internal},
    {"F0", Kind::corrupt},
});

struct Sentence {
  std::string_view state;
  std::string_view text;
};

// Our own words for errors whose text at the server may quote a value.
constexpr auto sentences = std::to_array<Sentence>({
    {"22001", "a text is longer than its column allows"},
    {"22003", "a number is outside the range of its column"},
    {"22007", "a date or time has the wrong format"},
    {"22008", "a date or time is outside the range of its column"},
    {"22012", "a division by zero"},
    {"22021", "a text is not valid UTF-8 or holds a NUL byte"},
    {"22023", "a function or setting was given a value that it does not take"},
    {"22032", "a JSON text is not valid"},
    {"22P02", "a value is not in the format of its type; for a JSON column: the text is not JSON"},
    {"22P03", "a value is not in the binary format of its type"},
    {"22P05", "a text holds a character that the database's encoding lacks, or \\u0000 in a jsonb column"},
    {"22", "the database refused a value"},
    {"23505", "a row with this key or unique value exists already"},
    {"23503", "a foreign key refused it: the row referred to is absent, or is still referred to"},
    {"23502", "a column that must have a value got none"},
    {"23514", "a check constraint refused the row"},
    {"23P01", "an exclusion constraint refused the row"},
    {"23", "a constraint refused the row"},
    {"44", "the row lies outside the view through which it is written"},
    {"P0", "a function of the database raised an error; the server's log has its text"},
});

std::optional<std::string_view> own_sentence(std::string_view sqlstate) {
  for (const Sentence& sentence : sentences) {
    if (sqlstate.starts_with(sentence.state)) return sentence.text;
  }
  return std::nullopt;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// The name between the last pair of double quotes: `… violates check constraint "name"`.
std::string quoted_name(std::string_view message) {
  const std::size_t end = message.rfind('"');
  if (end == std::string_view::npos || end == 0) return {};
  const std::size_t start = message.rfind('"', end - 1);
  if (start == std::string_view::npos) return {};
  return std::string(message.substr(start + 1, end - start - 1));
}

std::string field(const PGresult* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? std::string{} : std::string(text);
}

bool names_constraint(std::string_view sqlstate) {
  return sqlstate == "23505" || sqlstate == "23503" || sqlstate == "23514" || sqlstate == "23P01";
}

}  // namespace

ServerError read_error(const PGresult* result) {
  ServerError error;
  error.sqlstate = field(result, PG_DIAG_SQLSTATE);
  error.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  error.hint = field(result, PG_DIAG_MESSAGE_HINT);
  error.schema = field(result, PG_DIAG_SCHEMA_NAME);
  error.table = field(result, PG_DIAG_TABLE_NAME);
  error.column = field(result, PG_DIAG_COLUMN_NAME);
  error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  error.function = field(result, PG_DIAG_SOURCE_FUNCTION);
  error.position = field(result, PG_DIAG_STATEMENT_POSITION);
  if (error.constraint.empty() && names_constraint(error.sqlstate))
    error.constraint = quoted_name(error.message);
  error.constraint = without_shard_suffix(std::move(error.constraint));
  return error;
}

ServerError read_verbose_text(std::string_view text) {
  ServerError error;
  // "SEVERITY:  SQLSTATE: message", in any language
  for (std::size_t at = text.find(": "); at != std::string_view::npos; at = text.find(": ", at + 1)) {
    if (at < 8 || !is_sqlstate(text.substr(at - 5, 5)) || text.substr(at - 8, 3) != ":  ") continue;
    error.sqlstate = text.substr(at - 5, 5);
    const std::size_t start = at + 2;
    error.message = text.substr(start, text.find('\n', start) - start);
    break;
  }
  constexpr std::string_view hint = "\nHINT:  ";
  if (const std::size_t at = text.find(hint); at != std::string_view::npos) {
    const std::size_t start = at + hint.size();
    error.hint = text.substr(start, text.find('\n', start) - start);
  }
  constexpr std::string_view location = "\nLOCATION:  ";
  if (const std::size_t at = text.find(location); at != std::string_view::npos) {
    const std::size_t start = at + location.size();
    error.function = text.substr(start, text.find_first_of(",\n", start) - start);
  }
  constexpr std::string_view line = "\nLINE ";
  if (const std::size_t at = text.find(line); at != std::string_view::npos) {
    error.position = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  }
  if (names_constraint(error.sqlstate)) error.constraint = without_shard_suffix(quoted_name(error.message));
  return error;
}

Kind kind_of(const ServerError& error) noexcept {
  // PgBouncer's state for all that it says itself, most of it about a server that is away.
  if (error.sqlstate == "08P01" && !is_of_the_server(error)) return Kind::unavailable;
  if (error.sqlstate == "57014" && error.message.find("timeout") != std::string::npos) return Kind::timeout;
  for (const Row& row : kinds) {
    if (error.sqlstate.starts_with(row.first)) return row.second;
  }
  return error.sqlstate.empty() ? Kind::unavailable : Kind::internal;
}

Error to_error(const ServerError& error, std::string_view statement) {
  std::string text(statement);
  text += ": ";
  if (const auto sentence = own_sentence(error.sqlstate)) {
    text += *sentence;
    if (!error.constraint.empty()) text += " (constraint " + error.constraint + ")";
    if (!error.column.empty()) text += " (column " + error.column + ")";
  } else {
    text += error.message;
  }
  if (!error.sqlstate.empty()) text += " [SQLSTATE " + error.sqlstate + "]";
  Error::Detail detail;
  detail.sqlstate = error.sqlstate;
  detail.statement = statement;
  detail.constraint = error.constraint;
  detail.hint = error.hint;
  return Error(kind_of(error), text, std::move(detail));
}

std::string without_shard_suffix(std::string name) {
  constexpr std::size_t shortest = 6;
  const std::size_t bar = name.rfind('_');
  if (bar == std::string::npos || bar == 0 || name.size() - bar - 1 < shortest) return name;
  const bool digits = std::all_of(name.begin() + static_cast<std::ptrdiff_t>(bar) + 1, name.end(),
                                  [](unsigned char c) { return std::isdigit(c) != 0; });
  if (digits) name.resize(bar);
  return name;
}

bool needs_prepare_again(const ServerError& error) noexcept {
  return error.sqlstate == "26000" || error.sqlstate == "42P05" ||
         (error.sqlstate == "0A000" && error.function == "RevalidateCachedQuery");
}

bool is_connection_loss(const ServerError& error) noexcept {
  return error.sqlstate.starts_with("57P") || error.sqlstate.starts_with("08") ||
         error.sqlstate == "25P03" || error.sqlstate == "25P04";
}

}  // namespace tenon::postgres
