#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "data.hpp"
#include "scenarios.hpp"

// What a service pays beside its statements: another tenant at every request, and its own start.
namespace tenon_bench {

namespace detail {

template <class C>
class ScopeSwitch {
 public:
  explicit ScopeSwitch(std::unique_ptr<C> contender) : contender_(std::move(contender)) {
    for (std::size_t n = 0; n < small_tenant_count; ++n) {
      tenants_.push_back(small_tenant_name(n));
      ids_.push_back(small_tenant_row(n).id);
    }
  }
  void run(benchmark::State& state) {
    require(!contender_->get_in(tenants_[0], ids_[1]).has_value(), "get gave another tenant's row");
    std::size_t at = 0;
    for (auto _ : state) {
      auto found = contender_->get_in(tenants_[at], ids_[at]);
      require(found.has_value(), "get gave nothing");
      benchmark::DoNotOptimize(found);
      at = (at + 7) % tenants_.size();
    }
  }

 private:
  std::unique_ptr<C> contender_;
  std::vector<std::string> tenants_;
  std::vector<Id> ids_;
};

template <class C>
class ColdStart {
 public:
  explicit ColdStart(std::function<std::unique_ptr<C>()> open)
      : open_(std::move(open)), row_(make_rows(reading_tenant, 1).front()) {}
  void run(benchmark::State& state) {
    for (auto _ : state) {
      const std::unique_ptr<C> contender = open_();
      if constexpr (requires { contender->check_schema(); }) contender->check_schema();
      require(contender->get(row_.id).has_value(), "get gave nothing");
    }
  }

 private:
  std::function<std::unique_ptr<C>()> open_;
  Row row_;
};

}  // namespace detail

/// A get of the row of each small tenant in turn, by a contender with `get_in(tenant, id)`.
template <class C>
void add_scope_switch(const std::string& prefix, const Contender<C>& contender) {
  using Work = detail::ScopeSwitch<C>;
  detail::add<Work>(
      prefix + "another tenant each get", contender.name,
      [open = contender.open] { return std::make_unique<Work>(open()); }, &Work::run)
      ->UseRealTime();
}

/// Open, check that the schema is the newest (where the contender knows how), and one get.
template <class C>
void add_cold_start(const std::string& prefix, const Contender<C>& contender) {
  using Work = detail::ColdStart<C>;
  detail::add<Work>(
      prefix + "cold start", contender.name,
      [open = contender.open] { return std::make_unique<Work>(open); }, &Work::run)
      ->UseRealTime()
      ->Iterations(5);
}

}  // namespace tenon_bench
