#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <stop_token>
#include <string>

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>
#include <tenon/export.hpp>
#include <tenon/pool.hpp>

namespace tenon::backend {

/// A connection that a ConnectionPool can keep. The destructor closes it and must not throw.
class TENON_API PooledConnection {
 public:
  PooledConnection() = default;
  PooledConnection(const PooledConnection&) = delete;
  PooledConnection& operator=(const PooledConnection&) = delete;
  virtual ~PooledConnection() = default;

  /// False when it must be closed instead of used again, as far as is known without a look at the socket.
  /// Called when it comes back and before it is lent; takes no system call.
  [[nodiscard]] virtual bool usable() noexcept = 0;
  /// usable(), after a look at what has come in meanwhile; must not wait. Called before it is lent, when it
  /// was idle for a millisecond or longer.
  [[nodiscard]] virtual bool peek() noexcept { return usable(); }
  /// Asks the server for a sign of life, no longer than the deadline. May throw, which counts as false.
  [[nodiscard]] virtual bool ping(Deadline deadline) = 0;

  /// Something that asks the server to cancel what the connection is running: called from another thread,
  /// even after the connection's end. Empty: there is no such thing.
  [[nodiscard]] virtual std::function<void()> canceller() { return {}; }
  /// Breaks the connection from another thread, so that whoever waits for its answer gets none. Must not
  /// wait. Never called after the destructor has begun.
  virtual void kill() noexcept {}
  /// In a forked child, instead of the destructor: lets go of the parent's connection without a word to the
  /// server.
  virtual void abandon() noexcept {}
};

/// Lends connections, opens them when they are needed and closes them when they are not.
///
/// - Waiters are served strictly in the order in which they came; nobody overtakes the queue.
/// - Callers wait for the pool, never for a connect: threads of the pool's own open, close and replace
///   connections. The first starts at first need, there are never more than max_connecting + 1, all but one
///   end when there is nothing to do, and the last ends with close().
/// - Idle connections are lent last in, first out, so that those not needed grow old and are closed; among
///   the last four a thread gets the one that it had before, if it is there.
/// - Whatever frees capacity serves the first in the queue.
/// - While no connection can be opened, one is tried at a time, with growing pauses (PoolOptions); callers
///   wait meanwhile, unless time alone cannot heal it (a refused password).
/// - Connections are opened, tested and closed outside the lock.
/// - A child of fork() gets `Error` (unavailable) and leaves the parent's connections alone.
///
/// Thread safety: every member may be called from any thread. A Lease belongs to one thread at a time and
/// may outlive the pool.
class TENON_API ConnectionPool {
 public:
  /// Opens a connection until the deadline or throws a std::exception; gives up soon after a stop was
  /// requested. Called by several threads at once, and perhaps still under way when the pool has ended: it
  /// has to own what it uses. An `Error` other than unavailable, timeout, busy and limit_exceeded is taken
  /// for one that time alone does not heal.
  using Factory = std::function<std::unique_ptr<PooledConnection>(Deadline, const std::stop_token&)>;

  class Lease;

  struct Request {
    Deadline deadline = Deadline::max();
    /// Do not wait for the end of an outage: fail with what the last connect failed with.
    bool fail_in_outage = false;
    /// Of the host's call, for the report of a connection that does not come back.
    std::source_location taken_at = std::source_location::current();
  };

  /// `name` appears in errors: a URL without its secrets. Opens nothing yet, unless `min_idle` asks for it.
  ConnectionPool(std::string name, const PoolOptions& options, Factory factory);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;
  /// close() without patience. A leased connection is closed when its lease ends.
  ~ConnectionPool();

  /// A connection, idle or new. Waits no longer than the deadline and PoolOptions::acquire_timeout allow.
  /// Throws `Error`: timeout when the others held theirs for too long; unavailable when none could be
  /// opened, or after close(); both tell the state of the pool and the last failed connect. What the
  /// factory threw, when that is lasting and there is no connection to wait for.
  [[nodiscard]] Lease acquire(const Request& request);
  [[nodiscard]] Lease acquire();

  [[nodiscard]] PoolStats stats() const;
  /// Another one after each Lease::outdate() that was heeded: a connection beside the pool, opened before,
  /// is outdated as well.
  [[nodiscard]] std::uint32_t generation() const noexcept;

  /// Refuses new callers, turns away those in the queue, closes idle connections and waits until the
  /// deadline for the leases to end. True when all connections are closed.
  bool close(Deadline deadline) noexcept;
  /// As close(); then cancels what still runs, and breaks the connections that do not come back after that.
  /// Lasts a few seconds longer than the deadline at most.
  bool drain(Deadline deadline) noexcept;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

/// A lent connection; its end gives the connection back.
class TENON_API ConnectionPool::Lease {
 public:
  Lease() noexcept = default;
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { release(); }

  explicit operator bool() const noexcept { return connection_ != nullptr; }
  [[nodiscard]] PooledConnection& operator*() const noexcept { return *connection_; }
  [[nodiscard]] PooledConnection* operator->() const noexcept { return connection_.get(); }
  /// True when nobody used the connection before, false when it may have been idle for a while.
  [[nodiscard]] bool fresh() const noexcept { return fresh_; }

  /// The connection's server was found to have changed its role (a failover): this connection and all
  /// opened before are replaced. Ignored within half a minute of the last time.
  void outdate() noexcept;
  /// Gives the connection back; nothing happens the second time.
  void release() noexcept;

 private:
  friend class ConnectionPool;
  friend class ConnectionPool::Shared;
  Lease(std::shared_ptr<Shared> pool, std::unique_ptr<PooledConnection> connection, std::uint32_t handle,
        bool fresh) noexcept;

  std::shared_ptr<Shared> pool_;
  std::unique_ptr<PooledConnection> connection_;
  std::uint32_t handle_ = 0;
  bool fresh_ = false;
};

}  // namespace tenon::backend
