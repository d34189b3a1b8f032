#include "desk.hpp"

#include <chrono>

#include <tenon/repository.hpp>

namespace {

using namespace trading;
using tenon::increase;
using tenon::Repository;

// A Beta variate is X / (X + Y) of two Gamma variates.
double beta_sample(const ThompsonArm& arm, std::mt19937_64& random) {
  const double x = std::gamma_distribution(arm.successes)(random);
  const double y = std::gamma_distribution(arm.failures)(random);
  return x / (x + y);
}

tenon::Date today() {
  return std::chrono::floor<std::chrono::days>(tenon::now());
}

}  // namespace

Desk::Desk(tenon::TenantScope scope, const Market& market, std::uint64_t seed)
    : scope_(std::move(scope)), market_(market), random_(seed) {
  for (const tenon::Decimal& close : market.closes) closes_.push_back(close.to_double());
}

const Provider& Desk::choose_provider() {
  const Repository<ThompsonArm> arms(scope_);
  const Provider* best = nullptr;
  double most = -1;
  for (const Provider& provider : providers()) {
    const ThompsonArm arm = arms.get(provider.name).value_or(ThompsonArm{.provider = provider.name});
    const double sample = beta_sample(arm, random_);
    if (sample > most) {
      best = &provider;
      most = sample;
    }
  }
  return *best;
}

// What the provider says of a bar is asked once and kept for an hour; every worker profits from it.
Side Desk::decide(const Provider& provider, std::size_t bar) {
  const Repository<CachedDecision> cache(scope_);
  const Repository<CacheStatistics> statistics(scope_);
  const std::string key = market_.symbol + "/" + std::to_string(bar) + "/" + provider.name;
  if (const auto cached = cache.get(key); cached && cached->expires_at > tenon::now()) {
    statistics.insert_or_patch({.day = today(), .hits = 1}, increase<&CacheStatistics::hits>(1));
    return cached->side;
  }
  const Side side = provider.decide(std::span(closes_).subspan(bar + 1 - window, window));
  cache.upsert({.cache_key = key, .side = side, .expires_at = tenon::now() + std::chrono::hours{1}});
  statistics.insert_or_patch({.day = today(), .misses = 1}, increase<&CacheStatistics::misses>(1));
  return side;
}

void Desk::record(const Provider& provider, Side side, std::size_t bar) const {
  const double change = closes_[bar + 1] / closes_[bar] - 1;
  const double profit = side == Side::buy ? change : -change;
  const bool won = profit > 0;
  scope_.transact([&](tenon::Transaction& transaction) {
    Repository<TradeOutcome>(transaction)
        .insert({.id = tenon::Uuid::time_ordered(),
                 .symbol = market_.symbol,
                 .provider = provider.name,
                 .side = side,
                 .entry_price = market_.closes[bar],
                 .exit_price = market_.closes[bar + 1],
                 .profit = profit,
                 .closed_at = tenon::now()});
    Repository<ProviderPerformance>(transaction)
        .insert_or_patch({.provider = provider.name, .trades = 1, .wins = won ? 1 : 0, .profit = profit},
                         increase<&ProviderPerformance::trades>(1),
                         increase<&ProviderPerformance::wins>(won ? 1 : 0),
                         increase<&ProviderPerformance::profit>(profit));
    Repository<ThompsonArm>(transaction)
        .insert_or_patch(
            {.provider = provider.name, .successes = won ? 2.0 : 1.0, .failures = won ? 1.0 : 2.0},
            increase<&ThompsonArm::successes>(won ? 1.0 : 0.0),
            increase<&ThompsonArm::failures>(won ? 0.0 : 1.0));
  });
}

std::size_t Desk::trade(std::size_t first, std::size_t step) {
  // Bars with a whole window behind them and a close after them.
  const std::size_t bars = closes_.size() > window ? closes_.size() - window : 0;
  std::size_t trades = 0;
  for (std::size_t at = first; at < bars; at = step < bars - at ? at + step : bars) {
    const std::size_t bar = window - 1 + at;
    const Provider& provider = choose_provider();
    const Side side = decide(provider, bar);
    if (side == Side::hold) continue;
    record(provider, side, bar);
    ++trades;
  }
  return trades;
}
