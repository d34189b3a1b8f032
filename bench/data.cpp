#include "data.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <stdexcept>

namespace tenon_bench {
namespace {

constexpr std::int64_t first_day_us = 1'767'225'600'000'000;  // 2026-01-01
constexpr std::int64_t period_us = 90LL * 24 * 3600 * 1'000'000;
constexpr std::size_t json_bytes = 1000;

// Numbers straight from the generator: the standard's distributions differ between libraries.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : generator_(seed) {}
  std::uint64_t below(std::uint64_t limit) { return generator_() % limit; }
  double cost() { return static_cast<double>(below(1'000'000)) / 100; }

 private:
  std::mt19937_64 generator_;
};

// In the shape of `infracost breakdown --format json`.
std::string make_result(Numbers& numbers) {
  static constexpr std::array<std::string_view, 4> types{"aws_instance", "aws_db_instance", "aws_lb",
                                                         "aws_s3_bucket"};
  std::string text = R"({"version":"0.2","currency":"USD","projects":[{"name":"infra","resources":[)";
  for (std::size_t n = 0; text.size() < json_bytes; ++n) {
    if (n > 0) text += ',';
    text += R"({"name":")" + std::string(types[numbers.below(types.size())]) + ".node_" +
            std::to_string(n) + R"(","hourlyCost":)" + std::to_string(numbers.cost()) +
            R"(,"monthlyCost":)" + std::to_string(numbers.cost()) + "}";
  }
  return text + "]}]}";
}

// The layout of a time-ordered UUID (RFC 9562, section 5.7).
Id make_id(std::uint64_t milliseconds, std::uint64_t rest) {
  Id id{};
  for (std::size_t i = 0; i < 6; ++i) id[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  for (std::size_t i = 6; i < 14; ++i) id[i] = static_cast<std::uint8_t>(rest >> (8 * (i - 6)));
  id[6] = static_cast<std::uint8_t>(0x70U | (id[6] & 0x0FU));
  id[8] = static_cast<std::uint8_t>(0x80U | (id[8] & 0x3FU));
  return id;
}

Row make_row(std::size_t tenant, std::size_t n, Numbers& numbers) {
  static constexpr std::array<std::string_view, 3> environments{"prod", "staging", "dev"};
  Row row;
  row.id = make_id(static_cast<std::uint64_t>(first_day_us / 1000) + n * 7, numbers.below(~0ULL));
  row.request_id = "request-" + std::to_string(tenant) + "-" + std::to_string(n);
  row.started_at = first_day_us + static_cast<std::int64_t>(numbers.below(period_us));
  if (numbers.below(10) != 0) {
    row.duration_ms = static_cast<std::int64_t>(numbers.below(120'000));
    row.completed_at = row.started_at + *row.duration_ms * 1000;
  }
  row.iac_type = "terraform";
  row.environment = environments[numbers.below(environments.size())];
  row.estimated_monthly_cost = numbers.cost();
  row.estimated_first_week_cost = row.estimated_monthly_cost / 4;
  row.resource_count = static_cast<std::int64_t>(numbers.below(300));
  row.policy_status = static_cast<Status>(numbers.below(status_names.size()));
  if (row.policy_status != Status::not_evaluated) row.policy_id = "monthly-cap-" + row.environment;
  row.risk_flags = numbers.below(2) == 0 ? "[]" : R"(["public_bucket","no_backup"])";
  row.recommendations_count = static_cast<std::int64_t>(numbers.below(20));
  row.result_json = make_result(numbers);
  row.created_at = row.started_at;
  row.updated_at = row.completed_at.value_or(row.started_at);
  return row;
}

}  // namespace

Status parse_status(std::string_view name) {
  for (std::size_t i = 0; i < status_names.size(); ++i)
    if (status_names[i] == name) return static_cast<Status>(i);
  throw std::runtime_error("a policy status is unknown");
}

Summary summary_of(const Row& row) {
  return {row.id,
          row.request_id,
          row.started_at,
          row.iac_type,
          row.environment,
          row.estimated_monthly_cost,
          row.resource_count,
          row.policy_status,
          row.policy_id};
}

std::string tenant_name(std::size_t tenant) {
  return "tenant-" + std::to_string(tenant);
}

std::string small_tenant_name(std::size_t tenant) {
  return "small-tenant-" + std::to_string(tenant);
}

std::vector<Row> make_rows(std::size_t tenant, std::size_t count) {
  Numbers numbers(tenant + 1);
  std::vector<Row> rows;
  rows.reserve(count);
  for (std::size_t n = 0; n < count; ++n) rows.push_back(make_row(tenant, n, numbers));
  return rows;
}

std::vector<Id> ids_of(const std::vector<Row>& rows) {
  std::vector<Id> ids;
  ids.reserve(rows.size());
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

std::vector<Row> expected_page(const std::vector<Row>& rows) {
  std::vector<Row> page;
  for (const Row& row : rows)
    if (row.environment == page_environment) page.push_back(row);
  std::sort(page.begin(), page.end(), [](const Row& a, const Row& b) {
    return std::pair(a.started_at, a.id) > std::pair(b.started_at, b.id);
  });
  page.resize(std::min(page.size(), page_size));
  return page;
}

std::vector<Row> expected_top(const std::vector<Row>& rows) {
  std::vector<Row> top = rows;
  std::sort(top.begin(), top.end(), [](const Row& a, const Row& b) {
    return std::pair(a.estimated_monthly_cost, a.id) > std::pair(b.estimated_monthly_cost, b.id);
  });
  top.resize(std::min(top.size(), top_size));
  return top;
}

Blocked expected_blocked(const std::vector<Row>& rows) {
  Blocked all;
  for (const Row& row : rows) {
    all.evaluated += row.policy_status != Status::not_evaluated ? 1 : 0;
    all.blocked += row.policy_status == Status::block ? 1 : 0;
  }
  return all;
}

std::vector<std::int64_t> expected_months(const std::vector<Row>& rows) {
  using namespace std::chrono;
  std::map<year_month, std::int64_t> months;
  for (const Row& row : rows) {
    const year_month_day day(floor<days>(sys_time<microseconds>(microseconds(row.started_at))));
    ++months[day.year() / day.month()];
  }
  std::vector<std::int64_t> counts;
  for (const auto& [month, count] : months) counts.push_back(count);
  return counts;
}

Id fresh_id(std::uint64_t n) {
  return make_id(static_cast<std::uint64_t>((first_day_us + period_us) / 1000) + n,
                 n * 0x9E3779B97F4A7C15ULL);
}

Row small_tenant_row(std::size_t tenant) {
  Row row = make_rows(reading_tenant, 1).front();
  row.id = fresh_id(tenant);
  return row;
}

void write_fresh_request_id(std::uint64_t n, std::string& out) {
  std::array<char, 28> text{'f', 'r', 'e', 's', 'h', '-', 'r', 'e', 'q', 'u', 'e', 's', 't', '-'};
  for (std::size_t i = text.size(); i-- > 14; n /= 10) text[i] = static_cast<char>('0' + n % 10);
  out.assign(text.data(), text.size());
}

}  // namespace tenon_bench
