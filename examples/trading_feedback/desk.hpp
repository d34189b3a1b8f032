#pragma once

#include <random>

#include <tenon/tenant_scope.hpp>

#include "market.hpp"

/// Trades bar by bar and learns which provider to trust.
class Desk {
 public:
  Desk(tenon::TenantScope scope, const Market& market, std::uint64_t seed);

  /// Goes through the market once from `first` in steps of `step`, 1 or more; returns how many trades were
  /// made.
  std::size_t trade(std::size_t first, std::size_t step);

 private:
  [[nodiscard]] const Provider& choose_provider();
  [[nodiscard]] trading::Side decide(const Provider& provider, std::size_t bar);
  void record(const Provider& provider, trading::Side side, std::size_t bar) const;

  tenon::TenantScope scope_;
  const Market& market_;
  std::vector<double> closes_;
  std::mt19937_64 random_;
};
