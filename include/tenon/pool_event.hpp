#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string_view>

#include <tenon/pool.hpp>

namespace tenon {

/// Something that happened in a pool.
struct PoolEvent {
  enum class Kind : std::uint8_t {
    created,         ///< a connection was opened; `duration`: how long that took
    connect_failed,  ///< `text`: why; `duration`: how long it took
    evicted,         ///< a connection was closed for `reason`
    timeout,         ///< a caller waited in vain for `duration`; `text`: what it was told
    leak             ///< a connection taken at `taken_at` has been held for `duration`; told once for each
  } kind;
  Eviction reason = Eviction::closed;
  std::chrono::microseconds duration{0};
  std::string_view text;            ///< no password in it; lives as long as the call
  std::source_location taken_at{};  ///< of the host's call that took the connection
};

/// Called for every PoolEvent, on whatever thread it happened, outside the pool's lock. It must not throw
/// and should be quick; what it throws is swallowed.
using PoolObserver = std::function<void(const PoolEvent&)>;

}  // namespace tenon
