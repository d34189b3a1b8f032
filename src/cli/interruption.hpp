#pragma once

#include <functional>
#include <thread>

namespace tenon::cli {

/// From now on a hangup, an interrupt and a request to end are only noted, so that the command ends in its
/// own way. A hangup that is ignored, as under nohup, stays so.
void note_interruptions() noexcept;
[[nodiscard]] bool interrupted() noexcept;

/// Calls `end` from a thread of its own, once, soon after the program was interrupted while this exists.
class WhenInterrupted {
 public:
  explicit WhenInterrupted(std::function<void()> end);

 private:
  std::jthread watcher_;
};

}  // namespace tenon::cli
