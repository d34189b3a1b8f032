#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/error.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/testing/attacks/attack.hpp>
#include <tenon/testing/attacks/scene.hpp>

// Runs an attack's SQL and judges what came of it.

namespace tenon::testing {

enum class AttackPlace : std::uint8_t {
  scope,        ///< a statement of its own
  transaction,  ///< in a transaction that is committed
  unguarded     ///< as the library's own statements run: the database's wall alone
};

namespace detail {

struct AttackResult {
  std::uint64_t count = 0;
  std::vector<std::string> rows;  // columns joined by '|'
  std::string error;
  Error::Kind kind = Error::Kind::internal;

  [[nodiscard]] bool denied() const { return !error.empty() && kind == Error::Kind::permission_denied; }
  [[nodiscard]] bool refused() const {
    return denied() ||
           (!error.empty() && (kind == Error::Kind::invalid_argument ||
                               kind == Error::Kind::schema_mismatch || kind == Error::Kind::unsupported));
  }
};

inline std::string shown(const backend::Value& value) {
  if (value.is_null()) return "NULL";
  switch (value.type()) {
    case backend::Type::text:
    case backend::Type::json:
    case backend::Type::decimal:
    case backend::Type::blob:
      return std::string(value.bytes());
    case backend::Type::float64:
      return std::to_string(value.real());
    case backend::Type::uuid:
      return tenon::detail::tenant_text(value);
    default:
      return std::to_string(value.integral());
  }
}

inline bool only_reads(std::string_view sql) {
  const std::string all = upper(std::string(sql));
  if (all.find(" FOR UPDATE") != std::string::npos) return false;  // PostgreSQL counts a lock as a write
  const std::size_t first = all.find_first_not_of(" (\n");
  for (const std::string_view verb :
       {"UPDATE", "DELETE", "INSERT", "REPLACE", "MERGE", "CREATE", "DROP", "ALTER"}) {
    if (first != std::string::npos && all.compare(first, verb.size(), verb) == 0) return false;
    if (all.find(" " + std::string(verb) + " ") != std::string::npos) return false;
    if (all.find("(" + std::string(verb) + " ") != std::string::npos) return false;
  }
  return true;
}

inline std::vector<backend::Type> column_types(const AttackedTable& table, std::string_view columns) {
  if (columns == "*") return table.types;
  std::vector<backend::Type> types;
  for (const char c : columns)
    types.push_back(c == 't'   ? backend::Type::text
                    : c == 'i' ? backend::Type::int64
                               : backend::Type::float64);
  return types;
}

using RunStatement =
    std::function<std::uint64_t(const backend::Statement&, backend::RowSink, backend::StartOver)>;

inline AttackResult run_sql(const RunStatement& on, std::string_view sql,
                            std::span<const backend::Type> types) {
  const backend::Access access = only_reads(sql) ? backend::Access::read : backend::Access::write;
  const backend::Statement statement{.name = "raw.query",
                                     .sql = sql,
                                     .id = backend::statement_id(sql, {}),
                                     .parameters = {},
                                     .columns = types,
                                     .access = access};
  AttackResult result;
  const auto keep = [&result](backend::Values row) {
    std::string& text = result.rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "|") + shown(row[i]);
    return true;
  };
  try {
    const auto forget = [&result] { result.rows.clear(); };
    result.count = on(statement, keep, forget);
  } catch (const Error& error) {
    result.error = error.what() + (" | " + error.detail().constraint) + " | " + error.detail().hint;
    result.kind = error.kind();
  }
  return result;
}

// As scope.query and scope.execute do it, with columns that are known at run time.
inline RunStatement on_scope(const TenantScope& scope) {
  return [on = tenon::detail::Executor(scope)](const backend::Statement& statement, backend::RowSink rows,
                                               backend::StartOver start_over) {
    return on.execute_raw(statement, {}, rows, start_over);
  };
}
inline RunStatement on_transaction(Transaction& transaction) {
  return [on = tenon::detail::Executor(transaction)](const backend::Statement& statement,
                                                     backend::RowSink rows, backend::StartOver start_over) {
    return on.execute_raw(statement, {}, rows, start_over);
  };
}
inline RunStatement unguarded(backend::Engine& engine, const std::string& tenant) {
  return [&engine, tenant](const backend::Statement& statement, backend::RowSink rows, backend::StartOver) {
    return engine.execute({tenant, Role::customer, {}}, {statement, {}, rows});
  };
}

inline std::string judge(std::string_view outcome, const AttackResult& result) {
  const std::string got = result.error.empty() ? std::to_string(result.count) + " rows" : result.error;
  if (outcome == "any") return {};
  if (outcome == "denied") return result.denied() ? "" : "was not denied: " + got;
  if (outcome == "refused") return result.refused() ? "" : "was not refused: " + got;
  if (!result.error.empty()) return "failed: " + got;
  if (outcome.starts_with("rows ")) {
    const std::uint64_t count = result.rows.empty() ? result.count : result.rows.size();
    return outcome.substr(5) == std::to_string(count) ? "" : "gave " + got;
  }
  if (result.rows.size() != 1) return "gave " + got;
  return result.rows[0] == outcome.substr(6) ? "" : "gave the value " + result.rows[0];
}

// 128 random bits, or what they are when that wall is taken away.
inline bool shows_inner_name(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
    if (digits >= 32) return true;
  }
  return text.find("inner_") != std::string_view::npos &&
         text.find("no such table: ") == std::string_view::npos;
}

inline std::string leaks(const AttackedTable& table, std::string_view sql, std::string_view victim,
                         const AttackResult& result) {
  std::vector<std::string> texts = result.rows;
  texts.push_back(result.error);
  for (const std::string& text : texts) {
    // The attacker may see again what it wrote itself.
    if (sql.find(victims_marker) == std::string_view::npos &&
        text.find(victims_marker) != std::string::npos)
      return "shows the victim's data: " + text;
    if (table.types[0] == backend::Type::text && sql.find(victim) == std::string_view::npos &&
        text.find(victim) != std::string::npos)
      return "shows the victim's name: " + text;
    if (table.flavour == backend::Flavour::sqlite && shows_inner_name(text))
      return "shows the guard's inner name: " + text;
  }
  return {};
}

// Whether both tenants are served as before, on the connection that the attack had.
inline std::string after_attack(AttackScene& scene, const Encounter& encounter) {
  static constexpr std::array text{backend::Type::text};
  const Wording wording(scene.table(), encounter, scene.database().config().postgres);
  const std::string sql = wording.of("SELECT {text} FROM {table}");
  const AttackResult own = run_sql(on_scope(scene.scope(encounter.attacker)), sql, text);
  if (!own.error.empty()) return "left the connection unusable: " + own.error;
  for (const std::string& row : own.rows)
    if (row.starts_with(std::string(victims_marker) + " ")) return "shows the victim's data afterwards";
  const AttackResult theirs = run_sql(on_scope(scene.scope(encounter.victim)), sql, text);
  if (theirs.rows.size() != 3 || !std::all_of(theirs.rows.begin(), theirs.rows.end(), [](const auto& row) {
        return row.starts_with(victims_marker);
      }))
    return "left the victim without its rows: " + theirs.error;
  return {};
}

inline std::string expected_outcome(const AttackScene& scene, const SqlAttack& attack, std::string_view sql,
                                    const Wording& wording) {
  if (!scene.table().raw_writes && attack.outcome.starts_with("rows") && !only_reads(sql)) return "refused";
  return wording.of(attack.outcome);
}

inline AttackResult run_attack(AttackScene& scene, const SqlAttack& attack, AttackPlace place,
                               const Encounter& encounter, std::string_view sql, std::string& problem) {
  const std::vector<backend::Type> types = column_types(scene.table(), attack.columns);
  if (place == AttackPlace::unguarded)
    return run_sql(unguarded(scene.database().engine(), encounter.attacker), sql, types);
  const TenantScope scope = scene.scope(encounter.attacker);
  if (place == AttackPlace::scope) return run_sql(on_scope(scope), sql, types);
  Transaction transaction = scope.begin();
  AttackResult result = run_sql(on_transaction(transaction), sql, types);
  const bool goes_on = attack.outcome == "denied" ||
                       (attack.outcome == "refused" && scene.table().flavour == backend::Flavour::sqlite);
  if (goes_on) {
    static constexpr std::array count{backend::Type::int64};
    const std::string again = "SELECT count(*) FROM " + scene.table().spelling;
    const AttackResult after = run_sql(on_transaction(transaction), again, count);
    if (after.rows != std::vector<std::string>{"2"})
      problem = "left the transaction unusable: " + after.error;
  }
  try {
    transaction.commit();
  } catch (const Error&) {  // a statement that failed takes the transaction with it on PostgreSQL
  }
  return result;
}

}  // namespace detail

/// Why an attack with this need is not made on the table; empty when it is. `kills` is whether
/// Backend::kill_connections ends connections.
inline std::string_view why_left_out(Needs needs, const AttackedTable& table, bool kills) noexcept {
  const backend::Type tenant = table.types[0];
  const bool number = tenant == backend::Type::int32 || tenant == backend::Type::int64;
  switch (needs) {
    case Needs::keys_per_tenant:
      return table.keys_span_tenants ? "the table's keys are taken for all tenants" : "";
    case Needs::text_tenants:
      return tenant == backend::Type::text ? "" : "the tenants are not text";
    case Needs::number_tenants:
      return number ? "" : "the tenants are not numbers";
    case Needs::killing:
      return kills ? "" : "Backend::kill_connections ends none";
    case Needs::nothing:
      break;
  }
  return {};
}

/// Lets a new attacker try it on a new victim. Returns what went wrong; nothing when all walls held.
inline std::string try_attack(AttackScene& scene, const SqlAttack& attack, AttackPlace place) {
  try {
    const Encounter encounter = scene.meet();
    const Wording wording(scene.table(), encounter, scene.database().config().postgres);
    const std::string sql = wording.of(attack.sql);
    const std::string before = scene.untouchable(encounter.attacker);
    std::string problem;
    const detail::AttackResult result = detail::run_attack(scene, attack, place, encounter, sql, problem);
    if (problem.empty())
      problem = detail::judge(detail::expected_outcome(scene, attack, sql, wording), result);
    if (problem.empty()) problem = detail::leaks(scene.table(), sql, encounter.victim, result);
    if (problem.empty() && scene.untouchable(encounter.attacker) != before)
      problem = "changed what is not the attacker's";
    if (problem.empty()) problem = detail::after_attack(scene, encounter);
    return problem;
  } catch (const std::exception& error) {
    return std::string("could not be judged: ") + error.what();
  }
}

}  // namespace tenon::testing
