#pragma once

#include <sstream>
#include <string>
#include <vector>

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
inline std::string page(const std::string& table, const std::string& columns) {
  return "SELECT " + columns + " FROM " + table +
         " WHERE tenant_id = $1 AND environment = $2 ORDER BY started_at DESC, id DESC LIMIT $3";
}
inline std::string insert(const std::string& table) {
  return "INSERT INTO " + table + " (tenant_id, " + all_columns +
         ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
}

/// For clients that read and send text: times as microseconds.
inline std::string microseconds(const std::string& columns) {
  std::string sql;
  std::istringstream all(columns);
  for (std::string column; std::getline(all >> std::ws, column, ',');) {
    const bool time = column.ends_with("_at");
    sql += (sql.empty() ? "" : ", ") +
           (time ? "(extract(epoch from " + column + ") * 1000000)::bigint" : column);
  }
  return sql;
}

/// As insert, with the same parameters; the row that is there takes the new values.
inline std::string upsert(const std::string& table) {
  std::string sql = insert(table) + " ON CONFLICT (tenant_id, id) DO UPDATE SET ";
  std::istringstream columns(all_columns.substr(all_columns.find(' ') + 1));
  for (std::string column; std::getline(columns >> std::ws, column, ',');)
    if (column != "created_at") sql += column + " = excluded." + column + ", ";
  return sql.substr(0, sql.size() - 2);
}
/// Every column but the key and created_at, with the parameters of insert; `mark` is `?` on SQLite, which
/// numbers `$N` by first appearance, and `$` on PostgreSQL.
inline std::string update(const std::string& table, char mark) {
  std::string sql = "UPDATE " + table + " SET ";
  std::istringstream columns(all_columns.substr(all_columns.find(' ') + 1));
  int parameter = 2;
  for (std::string column; std::getline(columns >> std::ws, column, ',');) {
    ++parameter;
    if (column != "created_at") sql += column + " = " + mark + std::to_string(parameter) + ", ";
  }
  sql = sql.substr(0, sql.size() - 2) + " WHERE tenant_id = " + mark + "1 AND id = " + mark + "2";
  // PostgreSQL asks for the type of a parameter that is not used.
  return mark == '$' ? sql + " AND $17::timestamptz IS NOT NULL" : sql;
}
/// Sets a column that has an index, in one row; the parameters are the cost, the tenant and the id.
inline std::string set_cost(const std::string& table) {
  return "UPDATE " + table + " SET estimated_monthly_cost = $1 WHERE tenant_id = $2 AND id = $3";
}
inline std::string count(const std::string& table) {
  return "SELECT count(*) FROM " + table + " WHERE tenant_id = $1 AND environment = $2";
}
inline std::string stream(const std::string& table) {
  return "SELECT " + all_columns + " FROM " + table + " WHERE tenant_id = $1 ORDER BY id";
}
/// The report of totals by environment.
inline std::string report(const std::string& table) {
  return "SELECT environment, count(*), sum(estimated_monthly_cost), avg(estimated_monthly_cost) FROM " +
         table + " WHERE tenant_id = $1 GROUP BY environment ORDER BY sum(estimated_monthly_cost) DESC";
}

}  // namespace tenon_bench::raw_sql
