#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What every contender stores and reads: cost analyses as the bundled schema has them. The types are plain,
// so that a contender written by hand pays for nothing of tenon's.
namespace tenon_bench {

using Id = std::array<std::uint8_t, 16>;

enum class Status : std::uint8_t { not_evaluated, pass, advisory, block };
inline constexpr std::array<std::string_view, 4> status_names{"not_evaluated", "pass", "advisory", "block"};
/// Throws std::runtime_error for a name that is none.
[[nodiscard]] Status parse_status(std::string_view name);

/// One analysis; times are microseconds since 1970 in UTC.
struct Row {
  Id id{};
  std::string request_id;
  std::int64_t started_at = 0;
  std::optional<std::int64_t> completed_at;
  std::optional<std::int64_t> duration_ms;
  std::string iac_type;
  std::string environment;
  double estimated_monthly_cost = 0;
  double estimated_first_week_cost = 0;
  std::int64_t resource_count = 0;
  Status policy_status = Status::not_evaluated;
  std::optional<std::string> policy_id;
  std::string risk_flags;
  std::int64_t recommendations_count = 0;
  std::string result_json;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;

  friend bool operator==(const Row&, const Row&) = default;
};

/// A row as lists show it: without the JSON.
struct Summary {
  Id id{};
  std::string request_id;
  std::int64_t started_at = 0;
  std::string iac_type;
  std::string environment;
  double estimated_monthly_cost = 0;
  std::int64_t resource_count = 0;
  Status policy_status = Status::not_evaluated;
  std::optional<std::string> policy_id;

  friend bool operator==(const Summary&, const Summary&) = default;
};
[[nodiscard]] Summary summary_of(const Row& row);

// What reports say.
struct EnvironmentCost {
  std::string environment;
  std::int64_t analyses = 0;
  double total = 0;
  double average = 0;
};
struct Blocked {
  std::int64_t evaluated = 0;
  std::int64_t blocked = 0;

  friend bool operator==(const Blocked&, const Blocked&) = default;
};
struct MonthCost {
  std::int64_t month = 0;  ///< microseconds since 1970 of its beginning, in UTC
  std::int64_t analyses = 0;
  double total = 0;
  double average = 0;
};

/// A page and, when there is more, the order columns of its last row: what the next page begins after.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::pair<std::int64_t, Id>> next;
};

inline constexpr std::size_t page_size = 50;
inline constexpr std::size_t short_page_size = 5;  ///< of a tenant with few rows
inline constexpr std::size_t top_size = 10;        ///< of the report of the dearest
inline constexpr std::size_t batch_size = 1000;
inline constexpr std::string_view page_environment = "prod";

inline constexpr std::size_t tenant_count = 8;
inline constexpr std::size_t rows_per_tenant = 1250;
[[nodiscard]] std::string tenant_name(std::size_t tenant);
inline constexpr std::size_t stream_seed = 1000;  ///< the generator's number of the tenant that is streamed
/// The tenant whose rows the reading scenarios read.
inline constexpr std::size_t reading_tenant = 3;

/// Tenants of one row each, of whom each get takes another.
inline constexpr std::size_t small_tenant_count = 1000;
[[nodiscard]] std::string small_tenant_name(std::size_t tenant);

/// The rows of one tenant, by id; the same in every run. About 1 KB of JSON each.
[[nodiscard]] std::vector<Row> make_rows(std::size_t tenant, std::size_t count = rows_per_tenant);

/// The keys close together, so that none of the data is fetched from memory for them.
[[nodiscard]] std::vector<Id> ids_of(const std::vector<Row>& rows);

/// The newest rows of `page_environment`, newest first, as a page shows them.
[[nodiscard]] std::vector<Row> expected_page(const std::vector<Row>& rows);

// What the reports say of these rows: the dearest, dearest first; how many are blocked; analyses by month.
[[nodiscard]] std::vector<Row> expected_top(const std::vector<Row>& rows);
[[nodiscard]] Blocked expected_blocked(const std::vector<Row>& rows);
[[nodiscard]] std::vector<std::int64_t> expected_months(const std::vector<Row>& rows);

/// The key and the unique value of the n-th row that a contender inserts.
[[nodiscard]] Id fresh_id(std::uint64_t n);
void write_fresh_request_id(std::uint64_t n, std::string& out);

/// The row of a small tenant, with an id that no other has.
[[nodiscard]] Row small_tenant_row(std::size_t tenant);

/// What contenders that keep rows as Row inherit; see scenarios.hpp.
struct PlainRows {
  using Entity = Row;
  static const Row& entity_of(const Row& row) { return row; }
  static const Row& row_of(const Row& row) { return row; }
  static const Summary& summary_of(const Summary& summary) { return summary; }
  static void renew(Row& row, std::uint64_t n) {
    row.id = fresh_id(n);
    write_fresh_request_id(n, row.request_id);
  }
  /// What a change does to updated_at.
  static void stamp(Row& row) {
    using namespace std::chrono;
    row.updated_at = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  }
};

}  // namespace tenon_bench
