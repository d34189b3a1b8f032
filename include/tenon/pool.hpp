#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// Why a pool closed a connection.
enum class Eviction : std::uint8_t {
  broken,      ///< lost, or in a state in which it cannot be used again
  expired,     ///< as old as PoolOptions::max_lifetime allows
  idle,        ///< unused for PoolOptions::idle_timeout
  overflow,    ///< beyond PoolOptions::size and not needed for PoolOptions::overflow_linger
  unanswered,  ///< did not answer the test before use
  outdated,    ///< opened before the server was found to have changed its role (a failover)
  closed       ///< the pool was closed
};
inline constexpr std::size_t eviction_count = 7;
/// The reason as it is spelt above, fit for a label of a metric. Never null.
[[nodiscard]] TENON_API std::string_view to_string(Eviction reason) noexcept;

/// What a pool of connections is doing, and has done since it was made. A snapshot; the numbers of one
/// snapshot belong together.
struct PoolStats {
  /// Upper bounds, inclusive, of the first buckets of `acquire_waits`; the last bucket has none.
  static constexpr std::array<std::chrono::microseconds, 14> wait_bounds{
      std::chrono::microseconds{100},       std::chrono::microseconds{500},
      std::chrono::microseconds{1'000},     std::chrono::microseconds{2'500},
      std::chrono::microseconds{5'000},     std::chrono::microseconds{10'000},
      std::chrono::microseconds{25'000},    std::chrono::microseconds{50'000},
      std::chrono::microseconds{100'000},   std::chrono::microseconds{250'000},
      std::chrono::microseconds{500'000},   std::chrono::microseconds{1'000'000},
      std::chrono::microseconds{5'000'000}, std::chrono::microseconds{30'000'000}};

  // Now.
  /// Connections kept open when idle: PoolOptions::size; on SQLite the writer and the readers.
  std::size_t size = 0;
  /// Most connections at once: size + max_overflow; on SQLite the writer and the readers.
  std::size_t capacity = 0;
  std::size_t total = 0;   ///< active + idle + connecting
  std::size_t active = 0;  ///< lent to a caller
  std::size_t idle = 0;
  std::size_t connecting = 0;  ///< being opened
  std::size_t waiting = 0;     ///< callers in the queue
  /// The last connect failed: one prober tries again, at growing intervals. It ends with a connect that
  /// succeeds, or with a call that does on a connection there is, when no other is wanted; not so for what
  /// time does not heal, as a refused password.
  bool outage = false;
  // Since the pool was made.
  std::uint64_t created = 0;           ///< connections opened
  std::uint64_t closed = 0;            ///< connections closed, for whatever reason
  std::uint64_t connect_failures = 0;  ///< connections that could not be opened
  std::uint64_t acquired = 0;          ///< connections lent
  std::uint64_t waited = 0;            ///< of those, how many a caller had to queue for
  std::uint64_t timeouts = 0;          ///< callers that waited in vain
  std::uint64_t leaks = 0;  ///< connections reported as held for longer than PoolOptions::leak_after
  std::array<std::uint64_t, eviction_count> evictions{};  ///< `closed` by reason, indexed by Eviction
  /// How long callers that got a connection waited for it: counts by bucket, each for itself.
  std::array<std::uint64_t, wait_bounds.size() + 1> acquire_waits{};
  std::chrono::microseconds acquire_wait_total{0};
  /// What the last connect failed with, no password in it; empty when the outage is over.
  std::string last_connect_error;

  /// The bucket of `acquire_waits` in which a wait is counted.
  [[nodiscard]] static constexpr std::size_t wait_bucket(
      std::chrono::steady_clock::duration wait) noexcept {
    std::size_t bucket = 0;
    while (bucket < wait_bounds.size() && wait > wait_bounds[bucket]) ++bucket;
    return bucket;
  }
  /// Adds a connection lent after `wait`.
  void note_acquired(std::chrono::steady_clock::duration wait) noexcept {
    ++acquired;
    ++acquire_waits[wait_bucket(wait)];
    acquire_wait_total += std::chrono::duration_cast<std::chrono::microseconds>(wait);
  }
  void note_evicted(Eviction reason) noexcept {
    ++closed;
    ++evictions[static_cast<std::size_t>(reason)];
  }

  [[nodiscard]] std::uint64_t evicted(Eviction reason) const noexcept {
    return evictions[static_cast<std::size_t>(reason)];
  }
  /// Only what was counted since the pool was made, for a pool that is no more.
  [[nodiscard]] TENON_API PoolStats counters() const;
  /// Both together, as if they were one pool.
  TENON_API PoolStats& operator+=(const PoolStats& other);
  friend TENON_API bool operator==(const PoolStats& a, const PoolStats& b);
};

}  // namespace tenon
