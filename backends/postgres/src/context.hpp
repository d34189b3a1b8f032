#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/backend/session.hpp>
#include <tenon/backend/subscription.hpp>
#include <tenon/config.hpp>
#include <tenon/finding.hpp>

#include "binding.hpp"
#include "connect.hpp"
#include "connection.hpp"
#include "flight.hpp"
#include "live_sessions.hpp"

namespace tenon::postgres {

/// What an engine and its sessions share: configuration and connections. Thread-safe.
class Context {
 public:
  explicit Context(const Config& config);

  /// A connection to a database that was found safe, or is not migrated yet. Throws `Error`
  /// (permission_denied) with the findings otherwise, and what the pool throws.
  [[nodiscard]] backend::ConnectionPool::Lease acquire(const backend::ConnectionPool::Request& request) {
    auto lease = pool_.acquire(request);
    of(lease).heed_schema_changes();
    if (!safe_.load(std::memory_order_relaxed)) pass_gate(of(lease), request.deadline);
    return lease;
  }
  [[nodiscard]] std::vector<Finding> inspect(backend::Deadline deadline);
  [[nodiscard]] static Connection& of(const backend::ConnectionPool::Lease& lease) noexcept {
    return static_cast<Connection&>(*lease);  // the pool's factory makes nothing else
  }

  [[nodiscard]] const PostgresOptions& options() const noexcept { return options_; }
  [[nodiscard]] const Binding& binding() const noexcept { return binding_; }
  [[nodiscard]] const ConnectTarget& target() const noexcept { return *target_; }
  /// Where maintenance connects: PostgresOptions::migration_url, or the same.
  [[nodiscard]] const ConnectTarget& migration_target() const noexcept { return migration_target_; }
  [[nodiscard]] backend::Deadline connect_deadline() const;

  /// False once the server refused a temporary table, for which the role needs TEMPORARY on the database.
  [[nodiscard]] bool may_stage() const noexcept { return may_stage_.load(std::memory_order_relaxed); }
  void stage_no_more() noexcept { may_stage_.store(false, std::memory_order_relaxed); }

  [[nodiscard]] PoolStats pool_stats() const { return pool_.stats(); }
  [[nodiscard]] std::uint32_t pool_generation() const noexcept { return pool_.generation(); }

  /// A session beside the pool, which drain() waits for while what is returned lives.
  [[nodiscard]] std::shared_ptr<const void> enter_maintenance() { return maintenance_->enter(); }

  /// Ends with close().
  [[nodiscard]] std::unique_ptr<backend::Subscription> listen(std::vector<std::string> channels,
                                                              backend::Subscriber subscriber);

  /// Waits until the deadline for what is under way, then ends it, but for maintenance. True when nothing
  /// is left.
  bool drain(backend::Deadline deadline) noexcept;
  /// Sessions that are still open close their connections when they end.
  void close() noexcept;
  [[nodiscard]] bool closed() const noexcept { return closed_.stop_requested(); }
  /// Told when it closes.
  [[nodiscard]] std::stop_token closing() const noexcept { return closed_.get_token(); }

 private:
  void pass_gate(Connection& connection, backend::Deadline deadline);

  PostgresOptions options_;
  PoolOptions pool_options_;
  Binding binding_;
  std::shared_ptr<const ConnectTarget> target_;  // shared with connects that outlast the pool
  ConnectTarget migration_target_;
  std::atomic<bool> safe_{false};
  std::atomic<bool> may_stage_{true};
  std::stop_source closed_;
  std::shared_ptr<LiveSessions> maintenance_ = std::make_shared<LiveSessions>();
  backend::ConnectionPool pool_;
};

/// After a failed write: a server that has become read-only (25006) is a standby now, and so are all other
/// connections' servers.
void outdate_if_read_only(backend::ConnectionPool::Lease& lease, const Landing& landing) noexcept;

}  // namespace tenon::postgres
