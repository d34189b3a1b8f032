#pragma once

#include <cstdint>

#include <boost/describe/enum.hpp>

#include <tenon/config.hpp>
#include <tenon/export.hpp>

namespace tenon {

/// Starting points for PoolOptions; docs/configuration.md has their numbers, docs/pool.md says how to size.
enum class PoolPreset : std::uint8_t {
  development,   ///< one connection kept, few more under load, short waits, forgotten leases reported early
  high_load,     ///< 20 connections of which 5 stay open, 10 more under load, callers fail after 5 s
  single_worker  ///< a process with one thread of work, as a forked worker is: one connection, one more
};
BOOST_DESCRIBE_ENUM(PoolPreset, development, high_load, single_worker)

[[nodiscard]] TENON_API PoolOptions pool_options(PoolPreset preset);

}  // namespace tenon
