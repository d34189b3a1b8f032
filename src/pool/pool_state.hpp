#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <tenon/export.hpp>

namespace tenon::backend::pool {

/// Names a caller in the queue; the owner of the state chooses it, unique among those waiting.
using Ticket = std::uint64_t;
/// Names an idle connection; the owner of the state chooses it, unique among the idle ones.
using Handle = std::uint64_t;

/// What a caller that wants a connection has to do.
struct Admission {
  enum class Kind : std::uint8_t { use_idle, connect, wait, refuse } kind;
  Handle handle = 0;  ///< for use_idle
};

/// What to do after capacity changed: at most one waiter is served.
struct Service {
  enum class Kind : std::uint8_t {
    nothing,
    hand_over,      ///< the returned connection goes to `ticket`
    let_connect,    ///< `ticket` leaves the queue and opens a connection of its own
    keep_idle,      ///< the returned connection becomes idle
    close_returned  ///< the returned connection is closed
  } kind;
  Ticket ticket = 0;
  bool close_returned = false;  ///< with let_connect: the returned connection is closed as well
};

/// The pool's decisions without its threads, clocks and sockets: a state machine over counters, a queue and
/// a stack. Every event returns what its owner has to do.
///
/// Invariant: while anybody waits, no connection is idle and all capacity is in use.
///
/// Thread safety: none; the owner holds a lock.
class TENON_API PoolState {
 public:
  PoolState(std::size_t size, std::size_t max_overflow);

  /// A caller comes. use_idle: the connection is now active; connect: a connection is now connecting;
  /// wait: the ticket is in the queue.
  Admission arrive(Ticket ticket);
  /// A waiter gives up. False when it was served already and is no longer in the queue.
  bool leave(Ticket ticket);

  /// A connection being opened is open, and active in the hands of the caller that opened it.
  void connected();
  Service connect_failed();
  /// An active connection is closed in order to open another in its place.
  void reconnecting();
  /// An active connection comes back. `handle` names it if it becomes idle.
  Service give_back(Handle handle, bool usable);

  /// Refuses callers from now on. Returns the tickets that waited; idle connections are taken with
  /// take_idle().
  std::deque<Ticket> close();
  [[nodiscard]] std::vector<Handle> take_idle();

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t active() const noexcept { return active_; }
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
  [[nodiscard]] std::size_t connecting() const noexcept { return connecting_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }
  [[nodiscard]] std::size_t total() const noexcept { return active_ + connecting_ + idle_.size(); }

 private:
  Service capacity_freed();

  std::size_t size_;
  std::size_t capacity_;
  std::size_t active_ = 0;
  std::size_t connecting_ = 0;
  std::vector<Handle> idle_;  // a stack
  std::deque<Ticket> queue_;
  bool closed_ = false;
};

}  // namespace tenon::backend::pool
