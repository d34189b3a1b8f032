#pragma once

#include <algorithm>
#include <chrono>

namespace tenon::sqlite {

// How long commits take at present, and so how long it pays to wait for others that will take part in the
// next: on a fast disk hardly at all, on a slow one a good while.
//
// Thread safety: none; it belongs to whoever holds the writer.
class CommitPace {
 public:
  using Duration = std::chrono::steady_clock::duration;

  // Half a commit, for the wait is measured with it: when the others do not come, no more is lost than
  // that.
  [[nodiscard]] Duration longest_wait() const noexcept {
    return std::clamp<Duration>(usual_ / 3, least_wait, most_wait);
  }

  // Measures a commit from its beginning to its end, the wait included.
  class Timing {
   public:
    explicit Timing(CommitPace& pace) noexcept : pace_(pace) {}
    Timing(const Timing&) = delete;
    Timing& operator=(const Timing&) = delete;
    ~Timing() { pace_.note(std::chrono::steady_clock::now() - start_); }

   private:
    CommitPace& pace_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  };

 private:
  static constexpr std::chrono::microseconds least_wait{50};
  static constexpr std::chrono::microseconds most_wait{2'000};

  // An average that forgets: one in eight is the new one.
  void note(Duration took) noexcept { usual_ += (took - usual_) / 8; }

  Duration usual_{};
};

}  // namespace tenon::sqlite
