#include "statement_guard.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <tenon/backend/sql_lexer.hpp>
#include <tenon/error.hpp>

namespace tenon::postgres {

namespace {

using backend::SqlLexer;
using Token = backend::SqlToken;
using Names = std::string_view;

constexpr auto allowed_first =
    std::to_array<Names>({"select", "insert", "update", "delete", "merge", "with", "values", "table"});

// Functions of PostgreSQL whose name begins with pg_ and that tell or change nothing beyond the
// transaction. Advisory locks are the database's: one tenant would see and hold another's, and the
// migrator's.
constexpr auto allowed_pg_functions = std::to_array<Names>(
    {"pg_client_encoding", "pg_collation_for", "pg_column_compression", "pg_column_size",
     "pg_current_xact_id", "pg_current_xact_id_if_assigned", "pg_get_serial_sequence", "pg_input_is_valid",
     "pg_is_in_recovery", "pg_size_bytes", "pg_size_pretty", "pg_sleep", "pg_sleep_for", "pg_sleep_until",
     "pg_typeof"});

// They run SQL that they get as text, tell what an earlier transaction of the session did, set what the
// next one meets, as setseed does with another tenant's random(), or see rows before row-level security
// does. A function of one argument may also be written as an attribute of it, `(text).ts_stat` (PostgreSQL
// docs, 38.5.3 and 4.2.4), of any type.
constexpr auto refused_functions =
    std::to_array<Names>({"connectby", "currtid", "currtid2", "currval", "isn_weak", "lastval", "loread",
                          "lowrite", "pgrowlocks", "pgstattuple", "set_limit", "setseed", "setval",
                          "system_rows", "system_time", "ts_rewrite", "ts_stat", "xpath_table"});

constexpr auto refused_function_prefixes =
    std::to_array<Names>({"binary_upgrade_", "citus_", "crosstab", "dblink", "lo_", "postgres_fdw_",
                          "run_command_on_", "worker_"});

// Of these prefixes, what a table's column may well be called, `worker_id`, `lo_price`: after the name of a
// table they are refused only as the functions of one argument that there are.
constexpr auto column_prefixes = std::to_array<Names>({"citus_", "crosstab", "lo_", "worker_"});
constexpr auto refused_attributes = std::to_array<Names>({"citus_check_cluster_node_health",
                                                          "citus_drop_trigger",
                                                          "citus_node_capacity_1",
                                                          "citus_relation_size",
                                                          "citus_remove_node",
                                                          "citus_shard_sizes",
                                                          "citus_table_size",
                                                          "citus_text_send_as_jsonb",
                                                          "citus_total_relation_size",
                                                          "crosstab",
                                                          "crosstab2",
                                                          "crosstab3",
                                                          "crosstab4",
                                                          "lo_close",
                                                          "lo_creat",
                                                          "lo_create",
                                                          "lo_get",
                                                          "lo_import",
                                                          "lo_oid",
                                                          "lo_tell",
                                                          "lo_tell64",
                                                          "lo_unlink",
                                                          "worker_hash",
                                                          "worker_nextval"});
constexpr auto refused_attribute_prefixes = std::to_array<Names>(
    {"worker_adjust_",  "worker_append_",      "worker_apply_",   "worker_binary_",   "worker_change_",
     "worker_cleanup_", "worker_copy_",        "worker_create_",  "worker_drop_",     "worker_execute_",
     "worker_fetch_",   "worker_find_",        "worker_fix_",     "worker_foreign_",  "worker_last_saved_",
     "worker_merge_",   "worker_modify_",      "worker_partial_", "worker_partition", "worker_range_",
     "worker_record_",  "worker_repartition_", "worker_save_",    "worker_split_"});

template <std::size_t N>
bool contains(const std::array<Names, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <std::size_t N>
bool has_prefix_of(const std::array<Names, N>& prefixes, std::string_view name) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool has_byte_beyond_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
}

[[noreturn]] void refuse(std::string_view statement, const std::string& rule) {
  Error::Detail detail;
  detail.statement = statement;
  detail.sqlstate = "42501";
  throw Error(Error::Kind::permission_denied, std::string(statement) + ": " + rule, detail);
}

// An identifier as the server takes it: unquoted in lower case, quoted without its quotes.
std::string name_of(const Token& token) {
  std::string name;
  if (token.kind == Token::Kind::word) {
    name = token.text;
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return name;
  }
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == '"') ++i;
  }
  return name;
}

/// Walks over the tokens of one statement, with the one before and the one after at hand.
class Check {
 public:
  Check(std::string_view statement, std::string_view sql, bool standard_strings, bool utf8_server)
      : statement_(statement),
        lexer_(sql),
        standard_strings_(standard_strings),
        utf8_server_(utf8_server) {}

  void run() {
    next_ = lexer_.next();
    first();
    while (next_.kind != Token::Kind::end) {
      advance();
      token();
    }
  }

 private:
  void advance() {
    keyword_before_ = now_.kind == Token::Kind::word ? std::move(name_) : std::string{};
    before_that_ = before_;
    before_ = now_;
    now_ = next_;
    next_ = lexer_.next();
    name_.clear();
    if (now_.kind == Token::Kind::word || now_.kind == Token::Kind::quoted_name) name_ = name_of(now_);
    if (now_.is('(')) open();
    if (now_.is(')') && queries_.size() > 1) queries_.pop_back();
  }

  // A parenthesis, in which a query of its own may stand.
  void open() {
    Query& outer = queries_.back();
    const bool of_with =
        outer.at == Query::At::with && (keyword_before_ == "as" || keyword_before_ == "materialized");
    if (outer.at == Query::At::start || (outer.at == Query::At::with && before_.is(')')))
      outer.at = Query::At::rest;
    queries_.push_back({.may_write = of_with});
  }

  void first() {
    while (next_.is('(')) advance();
    const std::string word = next_.kind == Token::Kind::word ? name_of(next_) : std::string{};
    if (!contains(allowed_first, word)) {
      refuse(statement_,
             "raw SQL is one SELECT, INSERT, UPDATE, DELETE, MERGE, WITH, VALUES or TABLE statement; use a "
             "Transaction's own verbs for transactions, and a migration for everything else");
    }
  }

  void token() {
    if (now_.kind != Token::Kind::word && !now_.is('(') && queries_.back().at == Query::At::start)
      queries_.back().at = Query::At::rest;
    switch (now_.kind) {
      case Token::Kind::unterminated:
        refuse(statement_, "a quote or comment of the raw SQL has no end");
      case Token::Kind::unicode_name:
        refuse(statement_, "raw SQL may not write identifiers in Unicode escapes");
      case Token::Kind::text:
        if (!standard_strings_ && now_.text.find('\\') != std::string_view::npos) {
          refuse(
              statement_,
              "a text with a backslash is ambiguous where standard_conforming_strings is off; pass it as "
              "a parameter");
        }
        [[fallthrough]];
      case Token::Kind::escaped_text:
        if (next_.is_text()) refuse(statement_, "raw SQL may not join adjacent texts; write them as one");
        return;
      case Token::Kind::symbol:
        if (now_.is(';') && next_.kind != Token::Kind::end)
          refuse(statement_, "raw SQL is one statement; run the others apart");
        return;
      case Token::Kind::word:
        if (!utf8_server_ && has_byte_beyond_ascii(now_.text))
          refuse(statement_,
                 "raw SQL may not write names beyond ASCII without quotes where the database is "
                 "not in UTF-8");
        keyword();
        name();
        return;
      case Token::Kind::quoted_name:
        name();
        return;
      case Token::Kind::parameter:
      case Token::Kind::end:
        return;
    }
  }

  void keyword() {
    begin_query();
    // `insert` and `merge` can be column labels as well, so that the word before INTO does not tell by
    // itself.
    if (name_ == "into" && (writer_ == nullptr || before_.text.data() != writer_))
      refuse(statement_, "raw SQL may not make a table (SELECT INTO); make it in a migration");
  }

  // Sees where a query's own first word stands: at its start, or behind its WITH as the first thing after a
  // query of that which is neither a comma nor the AS behind a list of columns.
  void begin_query() {
    Query& query = queries_.back();
    const bool starts = query.at == Query::At::start;
    if (!starts && !(query.at == Query::At::with && before_.is(')') && name_ != "as")) return;
    query.at = starts && name_ == "with" ? Query::At::with : Query::At::rest;
    if (query.may_write && (name_ == "insert" || name_ == "merge")) writer_ = now_.text.data();
  }

  void name() const {
    if (name_ == "set_config") {
      refuse(statement_, "raw SQL may not call set_config: the settings say for whom it runs");
    }
    const bool called = next_.is('(');
    if (name_.starts_with("pg_") && !(name_ == "pg_catalog" && next_.is('.')) &&
        !(called && contains(allowed_pg_functions, name_))) {
      refuse(statement_, "raw SQL may not use " + name_ +
                             ": the catalogue and most pg_ functions reach beyond the tenant");
    }
    if ((called && refused_function()) || (before_.is('.') && refused_attribute())) {
      refuse(statement_, "raw SQL may not call " + name_ +
                             ": it runs SQL from a text, keeps state in the session or reaches beyond the "
                             "database");
    }
  }

  [[nodiscard]] bool refused_function() const {
    return contains(refused_functions, name_) || name_.find("_to_xml") != std::string::npos ||
           has_prefix_of(refused_function_prefixes, name_);
  }
  [[nodiscard]] bool refused_attribute() const {
    const bool of_name =
        before_that_.kind == Token::Kind::word || before_that_.kind == Token::Kind::quoted_name;
    if (name_.find("_to_xml") != std::string::npos) return false;  // of three arguments and more
    if (!of_name || !has_prefix_of(column_prefixes, name_)) return refused_function();
    return contains(refused_attributes, name_) || has_prefix_of(refused_attribute_prefixes, name_);
  }

  struct Query {
    enum class At { start, with, rest } at = At::start;
    bool may_write = false;  // the statement itself, and what stands in its WITH
  };

  std::string_view statement_;
  SqlLexer lexer_;
  bool standard_strings_;
  bool utf8_server_;
  Token before_that_;
  Token before_;
  Token now_;
  Token next_;
  std::string name_;                                 // of this token, if it is one
  std::string keyword_before_;                       // the token before, if it was a word
  std::vector<Query> queries_{{.may_write = true}};  // one in the other, by parentheses
  const char* writer_ = nullptr;  // where the latest INSERT or MERGE stands that is a query's own
};

}  // namespace

void check_raw_statement(std::string_view statement, std::string_view sql, bool standard_strings,
                         bool utf8_server) {
  Check(statement, sql, standard_strings, utf8_server).run();
}

bool has_writing_query(std::string_view sql) {
  static constexpr auto writers = std::to_array<Names>({"insert", "update", "delete", "merge"});
  SqlLexer lexer(sql);
  Token before;
  for (Token now = lexer.next(); now.kind != Token::Kind::end; before = std::exchange(now, lexer.next())) {
    // After a parenthesis that opens it, or closes its own WITH. SELECT … FOR UPDATE is none.
    const bool begins = before.is('(') || before.is(')');
    if (begins && now.kind == Token::Kind::word && contains(writers, name_of(now))) return true;
  }
  return false;
}

}  // namespace tenon::postgres
