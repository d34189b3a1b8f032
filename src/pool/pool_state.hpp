#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include <tenon/config.hpp>
#include <tenon/export.hpp>

#include "connect_pace.hpp"

namespace tenon::backend::pool {

/// Names a caller; the owner of the state chooses it, unique among the callers that wait.
using Ticket = std::uintptr_t;
/// Names a connection, from its connect to its end; small numbers that are used again.
using Handle = std::uint32_t;
inline constexpr Handle no_handle = std::numeric_limits<Handle>::max();

/// What a caller wants to happen while no connection can be opened.
enum class InOutage : std::uint8_t {
  wait,  ///< until its deadline; an error that time cannot heal ends the wait all the same
  fail   ///< learn of the failed connect at once
};

/// How a connection has to be looked at before it is used.
enum class Check : std::uint8_t { none, peek, ping };

/// The answer to a caller.
struct Admission {
  enum class Kind : std::uint8_t {
    lend,    ///< `handle` is active and the caller's, after `test`
    wait,    ///< the ticket is in the queue
    outage,  ///< refused: the last connect failed for good, and the next attempt is not due yet
    closed   ///< refused
  } kind;
  Handle handle = 0;
  Check test = Check::none;
};

/// Where a connection went.
struct Placement {
  enum class Kind : std::uint8_t {
    hand_over,  ///< to the waiter `ticket`
    keep,       ///< to the idle ones
    close,      ///< to those that next_work() says to close
    gone        ///< it was closed before
  } kind;
  Ticket ticket = 0;
};

/// What to do in the background.
struct Work {
  enum class Kind : std::uint8_t {
    none,
    connect,  ///< open a connection as `handle`, then report connected() or connect_failed()
    close,    ///< close `handle` because of `reason`, then report closed()
    leak      ///< tell that `handle` has been held for `held`
  } kind = Kind::none;
  Handle handle = 0;
  Eviction reason = Eviction::closed;
  Clock::duration held{};
};

/// The pool's decisions without its threads, clock and sockets: a state machine to which events, the time
/// and random numbers are told, and that says what is to be done.
///
/// Invariants, kept after every event:
/// - total() <= capacity(), and every connection is exactly one of active, idle, connecting and closing;
/// - waiters are served strictly in the order in which they came; while anybody waits nothing is idle;
/// - while anybody waits, something that will serve it is under way, can be had from next_work(), or is due
///   at next_due().
///
/// Thread safety: none; the owner holds a lock.
class TENON_API PoolState {
 public:
  explicit PoolState(const PoolOptions& options);

  /// A caller comes. Of the few that became idle last it gets its `favourite`: what it had before, whose
  /// memory its processor knows, and whose server process runs beside it.
  Admission arrive(Ticket ticket, InOutage mode, Time now, Handle favourite = no_handle);
  /// The connection lent to `ticket` failed its test and was closed: the caller goes to the front of the
  /// queue, where it would have stood. After `unanswered` the idle connections go as well.
  Admission reject(Handle handle, Ticket ticket, InOutage mode, Eviction reason, Time now);
  /// A waiter gives up. False when it was served already and is no longer in the queue.
  bool leave(Ticket ticket);

  /// An active connection comes back. Not `usable`: it was closed before. One that is usable ends an outage
  /// that time may heal, when nobody wants another.
  Placement give_back(Handle handle, bool usable, Time now);
  /// An active connection found out that its server has changed its role: it and all others opened before
  /// are closed as soon as they are idle. Ignored within half a minute of the last time, so that a server
  /// that is read-only for good costs no reconnects.
  void outdate(Handle handle, Time now);

  /// `random` in [0, 1): what the lifetime is shortened by.
  Placement connected(Handle handle, Time now, double random);
  /// `lasting`: trying again will not help by itself (a refused password). Returns the waiters to which the
  /// failure is to be told; they are out of the queue. `random` in [0, 1): spreads the next attempt.
  std::vector<Ticket> connect_failed(Handle handle, bool lasting, Time now, double random);
  void closed(Handle handle);

  /// The next thing to do in the background; it counts as begun.
  Work next_work(Time now);
  /// When next_work() may have something by the mere passing of time; Time::max(): never.
  [[nodiscard]] Time next_due(Time now);
  /// True once after events that gave next_work() something, or brought next_due() forward.
  [[nodiscard]] bool take_wake() noexcept { return std::exchange(wake_, false); }

  /// Refuses callers from now on. Returns the tickets that waited; idle connections are to be closed.
  std::vector<Ticket> close();

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  [[nodiscard]] bool outage() const noexcept { return pace_.outage(); }
  [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }
  [[nodiscard]] std::size_t size() const noexcept { return options_.size; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t active() const noexcept { return active_; }
  [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
  [[nodiscard]] std::size_t connecting() const noexcept { return connecting_; }
  [[nodiscard]] std::size_t closing() const noexcept { return closing_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }
  [[nodiscard]] std::size_t total() const noexcept {
    return active_ + connecting_ + closing_ + idle_.size();
  }

 private:
  enum class Use : std::uint8_t { none, connecting, active, idle, closing };
  struct Connection {
    Use use = Use::none;
    bool leak_told = false;
    std::uint32_t generation = 0;
    Time since{};  // of the use
    Time expires = Time::max();
  };
  struct Waiter {
    Ticket ticket;
    InOutage mode;
  };

  [[nodiscard]] Admission lend_idle(Time now);
  void prefer(Handle favourite) noexcept;
  [[nodiscard]] Check test_after(Time since, Time now) const noexcept;
  void heed_success(Time now) noexcept;
  Placement place(Handle handle, Time now);
  void free_slot(Handle handle);
  void doom(Handle handle, Eviction reason);
  void doom_idle(Eviction reason);
  [[nodiscard]] bool outlived(const Connection& connection, Time now) const noexcept;
  [[nodiscard]] Time idle_end(const Connection& connection) const noexcept;
  [[nodiscard]] Time idle_end_from(Time now, Connection active) const noexcept;
  [[nodiscard]] Time leak_due(Time now, const Connection& connection) const noexcept;
  [[nodiscard]] bool connect_wanted() const noexcept;
  [[nodiscard]] Handle begin_connect(Time now);
  void trim(Time now);
  [[nodiscard]] bool find_leak(Time now, Work& work);
  void due_at(Time time) noexcept;
  void wake_for_work(Time now) noexcept;

  PoolOptions options_;
  std::size_t capacity_;
  ConnectPace pace_;
  std::vector<Connection> connections_;  // by handle
  std::vector<Handle> free_;
  std::vector<Handle> idle_;  // a stack; the bottom one has been idle for longest
  std::vector<std::pair<Handle, Eviction>> doomed_;
  std::deque<Waiter> queue_;
  std::size_t active_ = 0;
  std::size_t connecting_ = 0;
  std::size_t closing_ = 0;  // doomed, or being closed
  std::uint32_t generation_ = 0;
  Time outdated_at_ = Time::min();
  Time due_ = Time::max();  // what next_due() said last, or sooner
  bool wake_ = false;
  bool closed_ = false;
};

}  // namespace tenon::backend::pool
