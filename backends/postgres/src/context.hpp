#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/backend/session.hpp>
#include <tenon/config.hpp>
#include <tenon/finding.hpp>

#include "binding.hpp"
#include "connect.hpp"
#include "connection.hpp"

namespace tenon::postgres {

/// What an engine and its sessions share: configuration and connections. Thread-safe.
class Context {
 public:
  explicit Context(const Config& config);

  /// A connection to a database that was found safe, or is not migrated yet. Throws `Error`
  /// (permission_denied) with the findings otherwise, and what the pool throws.
  [[nodiscard]] backend::ConnectionPool::Lease acquire(backend::Deadline deadline) {
    auto lease = pool_.acquire(deadline);
    if (!safe_.load(std::memory_order_relaxed)) pass_gate(of(lease), deadline);
    return lease;
  }
  [[nodiscard]] std::vector<Finding> inspect(backend::Deadline deadline);
  [[nodiscard]] static Connection& of(const backend::ConnectionPool::Lease& lease) noexcept {
    return static_cast<Connection&>(*lease);  // the pool's factory makes nothing else
  }

  [[nodiscard]] const PostgresOptions& options() const noexcept { return options_; }
  [[nodiscard]] const Binding& binding() const noexcept { return binding_; }
  [[nodiscard]] const ConnectTarget& target() const noexcept { return target_; }
  /// Where maintenance connects: PostgresOptions::migration_url, or the same.
  [[nodiscard]] const ConnectTarget& migration_target() const noexcept { return migration_target_; }
  [[nodiscard]] backend::Deadline connect_deadline() const;

  /// Sessions that are still open close their connections when they end.
  void close() noexcept;
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  [[nodiscard]] std::unique_ptr<backend::PooledConnection> open(backend::Deadline deadline);
  void pass_gate(Connection& connection, backend::Deadline deadline);

  PostgresOptions options_;
  PoolOptions pool_options_;
  Binding binding_;
  ConnectTarget target_;
  ConnectTarget migration_target_;
  std::atomic<bool> safe_{false};
  std::atomic<bool> closed_{false};
  backend::ConnectionPool pool_;  // last: its factory uses the rest
};

}  // namespace tenon::postgres
