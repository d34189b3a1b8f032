#pragma once

#include <algorithm>
#include <chrono>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/later.hpp>

namespace tenon::sqlite {

// The earlier of the deadline and `longest` from now.
[[nodiscard]] inline backend::Deadline wait_end(backend::Deadline deadline,
                                                std::chrono::milliseconds longest) {
  return std::min(deadline, tenon::detail::later(std::chrono::steady_clock::now(), longest));
}

// What is left until the deadline, `longest` at most.
[[nodiscard]] inline std::chrono::milliseconds time_left(backend::Deadline deadline,
                                                         std::chrono::milliseconds longest) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::clamp(left, std::chrono::milliseconds{0}, longest);
}

}  // namespace tenon::sqlite
