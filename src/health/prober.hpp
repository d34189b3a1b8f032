#pragma once

#include <functional>
#include <memory>

#include <tenon/backend/engine.hpp>
#include <tenon/backend/probe.hpp>

namespace tenon::detail {

// Keeps one probe and uses it on a thread of its own, so that whoever asks has an answer by the deadline
// whatever hangs: a server, its name's resolution, a disk. One check runs at a time; the others queue, no
// longer than their deadlines. What hangs when it closes is left behind with what it uses, the engine too.
//
// Thread safety: all members may be called from any thread.
class Prober {
 public:
  using Work = std::function<void(backend::Probe&, backend::Deadline)>;

  explicit Prober(std::shared_ptr<backend::Engine> engine);
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  ~Prober();

  // Runs the work on a probe that has just answered: the kept one, or a new one when that is lost. Throws
  // what it throws, or Error timeout at the deadline: the work may then still be running, so it must own
  // what it touches.
  void run(Work work, backend::Deadline deadline);
  // Later checks throw Error unavailable. The probe closes now, or with the check that is under way.
  void refuse() noexcept;
  // The same, and waits for the check that is under way: until `end` while somebody awaits it, and about a
  // second at least.
  void close(backend::Deadline end) noexcept;

 private:
  class Checks;

  [[nodiscard]] bool is_ours() const noexcept;

  const int process_;
  const std::shared_ptr<backend::Engine> engine_;
  // A forked child has it but neither its thread nor its connection, and never destroys it: that could wait
  // for ever for a thread that waited at the fork.
  std::shared_ptr<Checks> checks_;
};

}  // namespace tenon::detail
