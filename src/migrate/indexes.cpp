#include "indexes.hpp"

#include <array>

#include <tenon/backend/sql_lexer.hpp>

#include "statement_nature.hpp"

namespace tenon::detail {
namespace {

using backend::SqlToken;

// As the catalogue has it: folded to lower case unless it is quoted.
std::string catalogue_name(const SqlToken& token) {
  std::string name;
  if (token.kind == SqlToken::Kind::quoted_name) {
    const std::string_view inner = token.text.substr(1, token.text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
      name += inner[i];
      if (inner[i] == '"') ++i;  // doubled
    }
    return name;
  }
  for (const char c : token.text) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

constexpr std::string_view invalid_sql =
    "select pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.format('%I.%I', n.nspname, "
    "t.relname)"
    " from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid"
    " join pg_catalog.pg_class t on t.oid = i.indrelid"  // in the same schema
    " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    " where not i.indisvalid and c.relkind = 'i' and n.nspname not like 'pg\\_%'"
    " and not exists (select from pg_catalog.pg_stat_progress_create_index p"
    "                 where p.index_relid = i.indexrelid)";

std::vector<InvalidIndex> read_invalid(backend::Maintenance& on, std::string_view condition,
                                       std::span<const std::string_view> parameters) {
  std::vector<InvalidIndex> found;
  for (const auto& row : on.query(std::string(invalid_sql).append(condition), parameters))
    found.push_back({row[0].value_or(""), row[1].value_or("")});
  return found;
}

}  // namespace

std::optional<IndexName> concurrent_index(std::string_view statement) {
  backend::SqlLexer lexer(statement);
  SqlToken token = lexer.next();
  if (!is_word(token, "create")) return std::nullopt;
  token = lexer.next();
  if (is_word(token, "unique")) token = lexer.next();
  if (!is_word(token, "index") || !is_word(lexer.next(), "concurrently")) return std::nullopt;
  token = lexer.next();
  if (is_word(token, "if")) {  // IF NOT EXISTS
    (void)lexer.next();
    (void)lexer.next();
    token = lexer.next();
  }
  if (is_word(token, "on")) return std::nullopt;  // the database chooses a name
  IndexName index{catalogue_name(token), {}};
  if (!is_word(lexer.next(), "on")) return std::nullopt;
  token = lexer.next();
  if (is_word(token, "only")) token = lexer.next();
  index.table = token.text;
  token = lexer.next();
  while (token.is('.')) {
    index.table.append(".").append(lexer.next().text);
    token = lexer.next();
  }
  return index;
}

IndexState state_of(backend::Maintenance& on, const IndexName& index) {
  const std::array<std::string_view, 2> parameters{index.name, index.table};
  const auto rows = on.query(
      "select i.indisvalid from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid"
      " where c.relname = $1 and i.indrelid = pg_catalog.to_regclass($2)",
      parameters);
  if (rows.empty()) return IndexState::absent;
  return rows[0][0] == "t" ? IndexState::valid : IndexState::invalid;
}

std::vector<InvalidIndex> invalid_indexes(backend::Maintenance& on) {
  return read_invalid(on, " order by 1", {});
}

std::optional<InvalidIndex> find_invalid(backend::Maintenance& on, const IndexName& name) {
  const std::array<std::string_view, 2> parameters{name.name, name.table};
  const auto found =
      read_invalid(on, " and c.relname = $1 and i.indrelid = pg_catalog.to_regclass($2)", parameters);
  if (found.empty()) return std::nullopt;
  return found.front();
}

bool drop_invalid(backend::Maintenance& on, const InvalidIndex& index) {
  on.begin();
  try {
    on.execute("set local lock_timeout = '5s'");
    // Waits for whoever builds an index of the table, and lets rows be read and written.
    on.execute("lock table " + index.table + " in share update exclusive mode");
    const std::array<std::string_view, 1> parameters{index.index};
    const auto rows = on.query(
        "select 1 from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass($1) and not "
        "indisvalid",
        parameters);
    on.commit();
    if (rows.empty()) return false;
  } catch (...) {
    on.rollback();
    throw;
  }
  // Waits for who has the table in use, and keeps nobody else from it.
  on.execute("set lock_timeout = '5s'");
  on.execute("drop index concurrently " + index.index);
  on.execute("reset lock_timeout");
  return true;
}

MigrationProblem invalid_index(const Source& source, const std::string& name) {
  return {"invalid-index", 0, name,
          "index " + name + " is invalid: a CREATE INDEX CONCURRENTLY did not come to its end",
          "drop it, then build it again: " + command(source.component, "repair") + "; " +
              command(source.component, "up")};
}

MigrationProblem strange_invalid_index(const Source& source, const std::string& name) {
  return {"invalid-index", 0, name,
          "index " + name + " is invalid, and no file of component " + source.component +
              " that is still to be applied builds it",
          "repair leaves it alone; whoever built it drops it: DROP INDEX CONCURRENTLY " + name};
}

}  // namespace tenon::detail
