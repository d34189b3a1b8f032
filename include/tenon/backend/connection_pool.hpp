#pragma once

#include <functional>
#include <memory>
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

  /// False when it must be closed instead of used again. Called when it is returned and before it is lent;
  /// must not wait.
  [[nodiscard]] virtual bool usable() noexcept = 0;
  /// Asks the server for a sign of life, no longer than the deadline. May throw, which counts as false.
  [[nodiscard]] virtual bool ping(Deadline deadline) = 0;
};

/// Lends connections, opens them when they are needed and closes them when they are not.
///
/// - Waiters are served strictly in the order in which they came; nobody overtakes the queue.
/// - Idle connections are lent last in, first out, so that those not needed grow old and are replaced.
/// - Up to `size` connections stay open; up to `max_overflow` more are opened under load and closed when
///   nobody waits for them.
/// - Whatever frees capacity, a failed connect included, serves the first in the queue.
/// - Connections are opened, tested and closed outside the lock.
///
/// Thread safety: every member may be called from any thread. A Lease belongs to one thread at a time and
/// may outlive the pool.
class TENON_API ConnectionPool {
 public:
  /// Opens a connection until the deadline or throws a std::exception. Called by several threads at once.
  using Factory = std::function<std::unique_ptr<PooledConnection>(Deadline)>;

  class Lease;

  /// `name` appears in errors: a URL without its secrets. Opens nothing yet.
  ConnectionPool(std::string name, const PoolOptions& options, Factory factory);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;
  /// Closes without waiting for leases; a leased connection is closed when its lease ends.
  ~ConnectionPool();

  /// A connection, idle or new. Waits no longer than the deadline and PoolOptions::acquire_timeout allow.
  /// Throws `Error`: timeout, which tells the state of the pool and the last failed connect; unavailable
  /// after close(); and what the factory throws when it was this caller's turn to connect.
  [[nodiscard]] Lease acquire(Deadline deadline = Deadline::max());

  [[nodiscard]] PoolStats stats() const;

  /// Refuses new callers, turns away those in the queue, closes idle connections and waits until the
  /// deadline for the leases to end. True when all connections are closed.
  bool close(Deadline deadline) noexcept;

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
  /// True when the connection was opened for this lease, false when it was idle before.
  [[nodiscard]] bool fresh() const noexcept { return fresh_; }

  /// Gives the connection back; nothing happens the second time.
  void release() noexcept;

 private:
  friend class ConnectionPool;
  friend class ConnectionPool::Shared;
  Lease(std::shared_ptr<Shared> pool, std::unique_ptr<PooledConnection> connection, Deadline expires,
        bool fresh) noexcept;

  std::shared_ptr<Shared> pool_;
  std::unique_ptr<PooledConnection> connection_;
  Deadline expires_{};
  bool fresh_ = false;
};

}  // namespace tenon::backend
