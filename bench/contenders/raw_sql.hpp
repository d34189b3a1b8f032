#pragma once

#include <string>

// The statements that the contenders written by hand share. Both databases read `$N`.
namespace tenon_bench::raw_sql {

inline const std::string all_columns =
    "id, request_id, started_at, completed_at, duration_ms, iac_type, environment, estimated_monthly_cost, "
    "estimated_first_week_cost, resource_count, policy_status, policy_id, risk_flags, "
    "recommendations_count, result_json, created_at, updated_at";
inline const std::string summary_columns =
    "id, request_id, started_at, iac_type, environment, estimated_monthly_cost, resource_count, "
    "policy_status, policy_id";

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

}  // namespace tenon_bench::raw_sql
