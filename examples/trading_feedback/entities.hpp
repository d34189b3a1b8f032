#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <tenon/decimal.hpp>
#include <tenon/json_column.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

// What a trading desk, a tenant, keeps.

namespace trading {

enum class Side : std::uint8_t { buy, sell, hold };
BOOST_DESCRIBE_ENUM(Side, buy, sell, hold)

struct ApiKey {
  tenon::Uuid id;
  std::string label;
  std::string secret_hash;  ///< SHA-256 in hex; the secret itself is never kept
  std::vector<std::string> permissions;
  std::optional<tenon::Timestamp> revoked_at;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(ApiKey, (), (id, label, secret_hash, permissions, revoked_at, created_at))

/// Somebody asked to be let in.
struct AuthEvent {
  tenon::Uuid id;
  std::optional<tenon::Uuid> key_id;  ///< of no key when the secret was unknown
  std::string permission;
  bool allowed = false;
  std::string reason;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(AuthEvent, (), (id, key_id, permission, allowed, reason, created_at))

/// What a provider said of one bar, until it expires.
struct CachedDecision {
  std::string cache_key;
  Side side = Side::hold;
  tenon::Timestamp expires_at{};
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(CachedDecision, (), (cache_key, side, expires_at, created_at))

struct CacheStatistics {
  tenon::Date day{};
  std::int64_t hits = 0;
  std::int64_t misses = 0;
};
BOOST_DESCRIBE_STRUCT(CacheStatistics, (), (day, hits, misses))

struct TradeOutcome {
  tenon::Uuid id;
  std::string symbol;
  std::string provider;
  Side side = Side::buy;
  tenon::Decimal entry_price;
  tenon::Decimal exit_price;
  double profit = 0;  ///< per unit, as a part of the entry price
  tenon::Timestamp closed_at{};
};
BOOST_DESCRIBE_STRUCT(TradeOutcome, (),
                      (id, symbol, provider, side, entry_price, exit_price, profit, closed_at))

struct ProviderPerformance {
  std::string provider;
  std::int64_t trades = 0;
  std::int64_t wins = 0;
  double profit = 0;
  tenon::Timestamp updated_at{};
};
BOOST_DESCRIBE_STRUCT(ProviderPerformance, (), (provider, trades, wins, profit, updated_at))

/// The Beta distribution of a provider's chance to win.
struct ThompsonArm {
  std::string provider;
  double successes = 1;
  double failures = 1;
  tenon::Timestamp updated_at{};
};
BOOST_DESCRIBE_STRUCT(ThompsonArm, (), (provider, successes, failures, updated_at))

}  // namespace trading

template <>
struct tenon::Table<trading::ApiKey> {
  static constexpr auto name = "trading.api_keys";
  static constexpr auto key = std::tuple{&trading::ApiKey::id};
};
template <>
struct tenon::Table<trading::AuthEvent> {
  static constexpr auto name = "trading.auth_audit";
  static constexpr auto key = std::tuple{&trading::AuthEvent::id};
};
template <>
struct tenon::Table<trading::CachedDecision> {
  static constexpr auto name = "trading.decision_cache";
  static constexpr auto key = std::tuple{&trading::CachedDecision::cache_key};
};
template <>
struct tenon::Table<trading::CacheStatistics> {
  static constexpr auto name = "trading.cache_statistics";
  static constexpr auto key = std::tuple{&trading::CacheStatistics::day};
};
template <>
struct tenon::Table<trading::TradeOutcome> {
  static constexpr auto name = "trading.trade_outcomes";
  static constexpr auto key = std::tuple{&trading::TradeOutcome::id};
};
template <>
struct tenon::Table<trading::ProviderPerformance> {
  static constexpr auto name = "trading.provider_performance";
  static constexpr auto key = std::tuple{&trading::ProviderPerformance::provider};
};
template <>
struct tenon::Table<trading::ThompsonArm> {
  static constexpr auto name = "trading.thompson_arms";
  static constexpr auto key = std::tuple{&trading::ThompsonArm::provider};
};
