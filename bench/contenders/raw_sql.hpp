#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "../data.hpp"

// The statements that the contenders written by hand share. Both databases read `$N`.
namespace tenon_bench::raw_sql {

inline const std::string all_columns =
    "id, request_id, started_at, completed_at, duration_ms, iac_type, environment, estimated_monthly_cost, "
    "estimated_first_week_cost, resource_count, policy_status, policy_id, risk_flags, "
    "recommendations_count, result_json, created_at, updated_at";
inline const std::string summary_columns =
    "id, request_id, started_at, iac_type, environment, estimated_monthly_cost, resource_count, "
    "policy_status, policy_id";

/// What a connection to SQLite begins with, for every contender the same as tenon's: 64 MB of pages shared
/// by five connections.
inline std::vector<std::string> sqlite_pragmas(const std::string& synchronous) {
  return {"PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON", "PRAGMA cache_size=-13107",
          "PRAGMA synchronous=" + synchronous};
}

inline std::string get(const std::string& table) {
  return "SELECT " + all_columns + " FROM " + table + " WHERE tenant_id = $1 AND id = $2";
}
/// A page and the row behind it. Not as a parameter: PostgreSQL then plans at each call.
inline const std::string page_limit = " LIMIT " + std::to_string(page_size + 1);
inline std::string page(const std::string& table, const std::string& columns) {
  return "SELECT " + columns + " FROM " + table +
         " WHERE tenant_id = $1 AND environment = $2 ORDER BY started_at DESC, id DESC" + page_limit;
}
inline std::string newest(const std::string& table) {
  return "SELECT " + all_columns + " FROM " + table +
         " WHERE tenant_id = $1 ORDER BY started_at DESC, id DESC LIMIT " +
         std::to_string(short_page_size + 1);
}
/// How a statement writes its n-th parameter, which goes into `column`.
using Place = std::function<std::string(const std::string& column, int n)>;
inline std::string dollar(const std::string&, int n) {
  return "$" + std::to_string(n);
}
/// For parameters that come in another order: SQLite numbers `$N` by first appearance.
inline std::string question_mark(const std::string&, int n) {
  return "?" + std::to_string(n);
}

inline std::vector<std::string> names_of(const std::string& columns) {
  std::vector<std::string> names;
  std::istringstream all(columns);
  for (std::string name; std::getline(all >> std::ws, name, ',');) names.push_back(name);
  return names;
}

/// `rows` at once, each with 18 parameters: the tenant and all_columns.
inline std::string insert(const std::string& table, const Place& place = dollar, int rows = 1) {
  std::string sql = "INSERT INTO " + table + " (tenant_id, " + all_columns + ") VALUES ";
  int parameter = 0;
  for (int row = 0; row < rows; ++row) {
    sql += (row > 0 ? ", (" : "(") + place("tenant_id", ++parameter);
    for (const std::string& name : names_of(all_columns)) sql += ", " + place(name, ++parameter);
    sql += ")";
  }
  return sql;
}

/// For clients that read and send text: times as microseconds. A double holds them exactly, and is quicker
/// for the server than extract, whose result is numeric. (SOCI reads `::` as a variable.)
inline std::string microseconds(const std::string& columns) {
  std::string sql;
  for (const std::string& name : names_of(columns))
    sql += (sql.empty() ? "" : ", ") +
           (name.ends_with("_at") ? "cast(date_part('epoch', " + name + ") * 1000000 as bigint)" : name);
  return sql;
}

/// As insert, with the same parameters; the row that is there takes the new values.
inline std::string upsert(const std::string& table, const Place& place = dollar) {
  std::string sql;
  for (const std::string& name : names_of(all_columns))
    if (name != "id" && name != "created_at")
      sql += (sql.empty() ? "" : ", ") + name + " = excluded." + name;
  return insert(table, place) + " ON CONFLICT (tenant_id, id) DO UPDATE SET " + sql;
}
/// Every column but the key and created_at, with the parameters of insert.
inline std::string update(const std::string& table, const Place& place) {
  std::string sql;
  int parameter = 1;
  for (const std::string& name : names_of(all_columns)) {
    ++parameter;
    if (name != "id" && name != "created_at")
      sql += (sql.empty() ? "" : ", ") + name + " = " + place(name, parameter);
  }
  return "UPDATE " + table + " SET " + sql + " WHERE tenant_id = " + place("tenant_id", 1) +
         " AND id = " + place("id", 2);
}
/// After update: PostgreSQL asks for the type of a parameter that is not used, created_at.
inline std::string unused(const std::string& type) {
  return " AND $17::" + type + " IS NOT NULL";
}
/// Sets a column that has an index, in one row; the parameters are the cost, the tenant and the id.
inline std::string set_cost(const std::string& table) {
  return "UPDATE " + table + " SET estimated_monthly_cost = $1 WHERE tenant_id = $2 AND id = $3";
}
inline std::string count(const std::string& table) {
  return "SELECT count(*) FROM " + table + " WHERE tenant_id = $1 AND environment = $2";
}
/// In the order in which the database finds them.
inline std::string stream(const std::string& table) {
  return "SELECT " + all_columns + " FROM " + table + " WHERE tenant_id = $1";
}

// The reports, with the tenant as the first parameter.
inline std::string totals_by_environment(const std::string& table) {
  return "SELECT environment, count(*), sum(estimated_monthly_cost), avg(estimated_monthly_cost) FROM " +
         table + " WHERE tenant_id = $1 GROUP BY environment ORDER BY sum(estimated_monthly_cost) DESC";
}
inline std::string top_by_cost(const std::string& table) {
  return "SELECT " + summary_columns + " FROM " + table +
         " WHERE tenant_id = $1 ORDER BY estimated_monthly_cost DESC, id DESC LIMIT " +
         std::to_string(top_size);
}
inline std::string block_rate(const std::string& table) {
  return "SELECT count(*), count(*) FILTER (WHERE policy_status = 'block') FROM " + table +
         " WHERE tenant_id = $1 AND policy_status <> 'not_evaluated'";
}
/// `month` makes started_at the beginning of its month.
inline std::string cost_trend(const std::string& table, const std::string& month) {
  return "SELECT " + month + ", count(*), sum(estimated_monthly_cost), avg(estimated_monthly_cost) FROM " +
         table + " WHERE tenant_id = $1 GROUP BY 1 ORDER BY 1";
}
inline const std::string sqlite_month =
    "unixepoch(started_at / 1000000, 'unixepoch', 'start of month') * 1000000";
inline const std::string postgres_month = "date_trunc('month', started_at, 'UTC')";

}  // namespace tenon_bench::raw_sql
