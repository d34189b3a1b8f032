#include "raw_growth.hpp"

#include <chrono>
#include <filesystem>

#include "scenarios.hpp"

namespace tenon_bench {
namespace {

constexpr std::size_t templates = 5'000;
constexpr int sqlites_own_checkpoints = 1'000;  // pages

std::string copy_of(const std::string& file) {
  const std::string copy = file + ".by-hand.db";
  std::filesystem::copy_file(file, copy);
  return copy;
}

std::int64_t microseconds_now() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

RawGrowth::RawGrowth(const std::string& file, const Scale& scale, std::uint64_t made)
    : scale_(scale),
      rows_(make_rows(stream_seed, templates)),
      raw_(copy_of(file), tenant_name(0), "normal", sqlites_own_checkpoints),
      made_(made),
      newest_(microseconds_now()) {
  for (std::size_t tenant = 0; tenant < scale.tenants; ++tenant) tenants_.push_back(tenant_name(tenant));
}

void RawGrowth::get(benchmark::State& state) {
  for (auto _ : state) {
    read_ = (read_ + 7'919) % scale_.rows;
    const auto found = raw_.get_in(tenants_[tenant_of(read_)], fresh_id(read_));
    detail::require(found.has_value(), "a row is missing");
  }
}

void RawGrowth::short_page(benchmark::State& state) {
  for (auto _ : state) {
    auto page = raw_.newest_in(tenants_[paged_]);
    detail::require(page.next.has_value(), "a page is not full");
    benchmark::DoNotOptimize(page);
    paged_ = (paged_ + 7) % scale_.tenants;
  }
}

void RawGrowth::insert(benchmark::State& state) {
  const std::uint64_t end = made_ + static_cast<std::uint64_t>(state.max_iterations);
  for (auto _ : state) {
    Row& row = rows_[made_ % templates];
    RawSqlite::renew(row, made_);
    newest_ += 1'000'000;
    row.started_at = row.created_at = row.updated_at = newest_;
    if (row.completed_at) row.completed_at = newest_;
    raw_.insert_in(tenants_[made_ % scale_.tenants], row);
    if (++made_ == end) raw_.settle();
  }
}

}  // namespace tenon_bench
