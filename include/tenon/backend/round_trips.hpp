#pragma once

#include <tenon/export.hpp>

namespace tenon::backend {

/// A backend calls it each time the calling thread has sent something and begins to wait for the answer of
/// a server: observers are told how many round trips a statement took.
TENON_API void count_round_trip() noexcept;

/// What was counted on this thread since it was made. Counts nest: an inner one keeps its round trips from
/// the outer.
class TENON_API RoundTripCount {
 public:
  RoundTripCount() noexcept;
  RoundTripCount(const RoundTripCount&) = delete;
  RoundTripCount& operator=(const RoundTripCount&) = delete;
  ~RoundTripCount();

  [[nodiscard]] unsigned so_far() const noexcept;

 private:
  unsigned outer_;
};

}  // namespace tenon::backend
