#include <cctype>
#include <functional>
#include <string>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/backend/session.hpp>
#include <tenon/error.hpp>

#include "sqlite_attacks.hpp"

namespace tenon::test {
namespace {

using backend::Access;
using backend::Type;

constexpr backend::Principal attacker{"attacker", Role::customer, ""};
constexpr backend::Principal victim{"victim", Role::customer, ""};

// What came of one statement.
struct Result {
  std::uint64_t count = 0;
  std::vector<std::string> rows;
  std::string error;
  Error::Kind kind = Error::Kind::internal;

  [[nodiscard]] bool refused() const {
    return !error.empty() &&
           (kind == Error::Kind::permission_denied || kind == Error::Kind::invalid_argument ||
            kind == Error::Kind::schema_mismatch || kind == Error::Kind::unsupported);
  }
};

std::string text_of(const backend::Value& value) {
  if (value.is_null()) return "NULL";
  if (value.type() == Type::text) return std::string(value.bytes());
  return value.type() == Type::float64 ? std::to_string(value.real()) : std::to_string(value.integral());
}

bool reads(std::string_view sql) {
  for (const std::string_view verb : {"UPDATE", "DELETE", "INSERT", "REPLACE", "CREATE", "DROP", "ALTER"}) {
    if (sql.starts_with(verb)) return false;
  }
  return sql.find(" UPDATE ") == std::string_view::npos && sql.find(" INSERT ") == std::string_view::npos;
}

using Run = std::function<std::uint64_t(const backend::Call&)>;

Result run(const Run& on, std::string_view sql, std::string_view columns) {
  std::vector<Type> types;
  for (const char c : columns)
    types.push_back(c == 't' ? Type::text : c == 'i' ? Type::int64 : Type::float64);
  const backend::Statement statement{.name = "raw.query",
                                     .sql = sql,
                                     .id = backend::statement_id(sql, {}),
                                     .parameters = {},
                                     .columns = types,
                                     .access = reads(sql) ? Access::read : Access::write};
  Result result;
  const auto keep = [&result](backend::Values row) {
    std::string& text = result.rows.emplace_back();
    for (const backend::Value& value : row) text += (text.empty() ? "" : "|") + text_of(value);
    return true;
  };
  try {
    result.count = on({.statement = statement, .parameters = {}, .rows = keep, .raw = true});
  } catch (const Error& error) {
    result.error = error.what() + error.detail().constraint + error.detail().hint;
    result.kind = error.kind();
  }
  return result;
}

bool shows_inner_name(const std::string& text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = std::isxdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : 0;
    if (digits >= 32) return true;
  }
  return text.find("inner_") != std::string::npos && text.find("no such table: ") == std::string::npos;
}

std::string judge(const Attack& attack, const Result& result) {
  const std::string outcome(attack.outcome);
  const std::string got = result.error.empty() ? std::to_string(result.count) + " rows" : result.error;
  if (outcome == "refused") return result.refused() ? "" : "was not refused: " + got;
  if (outcome == "any") return "";
  if (!result.error.empty()) return "failed: " + got;
  if (outcome.starts_with("rows "))
    return outcome.substr(5) == std::to_string(result.count) ? "" : "gave " + got;
  if (result.rows.size() != 1) return "gave " + got;
  return result.rows[0] == outcome.substr(6) ? "" : "gave the value " + result.rows[0];
}

std::string shown(const Attack& attack, const Result& result) {
  std::vector<std::string> texts = result.rows;
  texts.push_back(result.error);
  for (const std::string& text : texts) {
    // The attacker may see again what it wrote itself.
    if (attack.sql.find(marker) == std::string_view::npos && text.find(marker) != std::string::npos)
      return "shows the victim's data";
    if (shows_inner_name(text)) return "shows the inner name: " + text;
  }
  return "";
}

std::string usable(const Run& on_attacker, const Run& on_victim) {
  if (const Result own = run(on_attacker, "SELECT count(*) FROM analyses", "i");
      own.rows != std::vector<std::string>{"1"})
    return "left the attacker's connection unusable: " + own.error;
  const Result other = run(on_victim, "SELECT name FROM policies", "t");
  if (other.rows.size() != 2 || other.rows[0].find(marker) == std::string::npos)
    return "left the victim without its rows: " + other.error;
  return "";
}

}  // namespace

std::string try_attack(const Scene& scene, const Attack& attack, Place place) {
  backend::Engine& engine = scene.database->engine();
  const std::string before = scene.untouchable();
  const auto as = [&engine](const backend::Principal& who) {
    return Run([&engine, &who](const backend::Call& call) { return engine.execute(who, call); });
  };
  Result result;
  if (place == Place::scope) {
    result = run(as(attacker), attack.sql, attack.columns);
  } else {
    const auto session = engine.begin(attacker, {});
    result = run([&session](const backend::Call& call) { return session->execute(call); }, attack.sql,
                 attack.columns);
    try {
      session->commit();
    } catch (const Error&) {  // an attack that failed may have taken the transaction with it
    }
  }
  std::string problem = judge(attack, result);
  if (problem.empty()) problem = shown(attack, result);
  if (problem.empty() && scene.untouchable() != before) problem = "changed what is not the attacker's";
  if (problem.empty()) problem = usable(as(attacker), as(victim));
  return problem;
}

}  // namespace tenon::test
