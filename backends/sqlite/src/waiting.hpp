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

}  // namespace tenon::sqlite
