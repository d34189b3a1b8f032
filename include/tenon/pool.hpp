#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon {

/// What a pool of connections is doing, and has done since it was made. A snapshot; the numbers of one
/// snapshot belong together.
struct PoolStats {
  // Now.
  std::size_t size = 0;      ///< connections kept open when idle (PoolOptions::size)
  std::size_t capacity = 0;  ///< most connections at once: size + max_overflow
  std::size_t total = 0;     ///< active + idle + connecting
  std::size_t active = 0;    ///< lent to a caller
  std::size_t idle = 0;
  std::size_t connecting = 0;  ///< being opened
  std::size_t waiting = 0;     ///< callers in the queue
  // Since the pool was made.
  std::uint64_t created = 0;           ///< connections opened
  std::uint64_t closed = 0;            ///< connections closed, for whatever reason
  std::uint64_t connect_failures = 0;  ///< connections that could not be opened
  std::uint64_t acquired = 0;          ///< connections lent
  std::uint64_t waited = 0;            ///< of those, how many a caller had to queue for
  std::uint64_t timeouts = 0;          ///< callers that waited in vain

  friend bool operator==(const PoolStats&, const PoolStats&) = default;
};

}  // namespace tenon
