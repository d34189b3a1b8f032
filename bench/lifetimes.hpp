#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "data.hpp"
#include "scenarios.hpp"

// What a service pays beside its statements: another tenant at every request, and its own start.
namespace tenon_bench {

inline constexpr std::size_t many_tenants = 1000;

namespace detail {

template <class C>
class ScopeSwitch {
 public:
  explicit ScopeSwitch(std::unique_ptr<C> contender)
      : contender_(std::move(contender)), row_(make_rows(reading_tenant, 1).front()) {
    for (std::size_t tenant = 0; tenant < many_tenants; ++tenant) tenants_.push_back(tenant_name(tenant));
  }
  void run(benchmark::State& state) {
    require(contender_->get_in(tenants_[reading_tenant], row_.id).has_value(), "get gave nothing");
    require(!contender_->get_in(tenants_[reading_tenant + 1], row_.id).has_value(),
            "get gave another tenant's row");
    std::size_t at = 0;
    for (auto _ : state) {
      auto found = contender_->get_in(tenants_[at], row_.id);
      benchmark::DoNotOptimize(found);
      at = (at + 7) % tenants_.size();
    }
  }

 private:
  std::unique_ptr<C> contender_;
  Row row_;
  std::vector<std::string> tenants_;
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

/// A get for each of many_tenants in turn, by a contender with `get_in(tenant, id)`.
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
