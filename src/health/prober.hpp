#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <tenon/backend/engine.hpp>
#include <tenon/backend/probe.hpp>

namespace tenon::detail {

// Keeps one probe and uses it on a thread of its own, so that whoever asks has an answer by the deadline
// whatever hangs: a server, its name's resolution, a disk. One check runs at a time; the others queue, no
// longer than their deadlines.
//
// Thread safety: all members may be called from any thread.
class Prober {
 public:
  using Work = std::function<void(backend::Probe&, backend::Deadline)>;

  explicit Prober(backend::Engine& engine);
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  ~Prober();

  // Runs the work, once more with a new connection when an old one turns out to be lost. Throws what it
  // throws, or Error timeout at the deadline: the work may then still be running, so it must own what it
  // touches.
  void run(Work work, backend::Deadline deadline);
  // Closes the probe, after waiting for the check that is under way; later ones throw Error unavailable.
  void close() noexcept;

 private:
  struct Job {
    Work work;
    backend::Deadline deadline;
    bool done = false;
    std::exception_ptr failure;
  };

  void work(const std::shared_ptr<Job>& job);
  void attempt(const Job& job);
  void join() noexcept;

  backend::Engine& engine_;
  const int
      process_;  // a forked child has the object but not the thread, and must not touch the connection

  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  bool closed_ = false;
  std::thread thread_;
  std::unique_ptr<backend::Probe> probe_;  // of the thread while busy
};

}  // namespace tenon::detail
