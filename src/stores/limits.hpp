#pragma once

#include <cstdint>

namespace tenon {

// Of a cost or budget: sums of many stay finite.
inline constexpr double dearest = 1e18;

// What every reader of JSON holds exactly; the versions after it still fit.
inline constexpr std::int64_t latest_version = std::int64_t{1} << 53U;

}  // namespace tenon
