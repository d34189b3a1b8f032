#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <libpq-fe.h>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/backend/statement.hpp>
#include <tenon/detail/fork.hpp>

#include "encode.hpp"
#include "handles.hpp"
#include "socket_wait.hpp"
#include "statement_cache.hpp"

namespace tenon::postgres {

/// One server session on a non-blocking socket in libpq's pipeline mode (PostgreSQL docs, section 34.5).
/// Nothing here throws for a lost server: calls say `Wait::lost` and the flight above decides what it
/// means.
///
/// Thread safety: none; a lease belongs to one thread.
class Connection final : public backend::PooledConnection {
 public:
  /// How long a cancelled statement may take to end before the connection is given up.
  static constexpr std::chrono::seconds cancel_patience{2};

  /// Counts how often a prepared statement of any of the engine's connections was found to be of no use
  /// because the schema had changed.
  using SchemaChanges = std::shared_ptr<std::atomic<std::uint32_t>>;

  /// Takes over an open connection. Throws `Error` (internal) when libpq refuses pipeline mode.
  Connection(ConnectionHandle handle, std::size_t statement_cache, SchemaChanges schema_changes);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool usable() noexcept override;
  [[nodiscard]] bool peek() noexcept override;
  [[nodiscard]] bool ping(backend::Deadline deadline) override;
  [[nodiscard]] std::function<void()> canceller() override;
  void kill() noexcept override;
  void abandon() noexcept override;

  [[nodiscard]] PGconn* raw() const noexcept { return handle_.get(); }
  [[nodiscard]] StatementCache& statements() noexcept { return statements_; }
  [[nodiscard]] Parameters& parameters() noexcept { return parameters_; }

  /// This connection met a change of the schema; the others will prepare their statements anew as well.
  void note_schema_change();
  /// Before use: drops statements that were prepared before a change that another connection met, so that
  /// no transaction fails for it.
  void heed_schema_changes();

  /// Sends what libpq has buffered, reading meanwhile so that neither side blocks the other.
  [[nodiscard]] Wait flush(backend::Deadline deadline) noexcept;
  /// Sends what is left and waits until more has come from the server.
  Wait await(backend::Deadline deadline) noexcept;
  /// The next result; an empty handle separates the results of two commands.
  [[nodiscard]] Wait next(backend::Deadline deadline, ResultHandle& result) noexcept;
  /// Cancels what is running. False: give the connection up.
  [[nodiscard]] bool cancel() noexcept;

  /// COPY is refused in pipeline mode, so a batch leaves it for a while. False when libpq refuses.
  [[nodiscard]] bool leave_pipeline() noexcept;
  [[nodiscard]] bool enter_pipeline() noexcept;

  /// The connection will not be used again.
  void give_up() noexcept { given_up_ = true; }
  /// Also true in a child of the process that opened it.
  [[nodiscard]] bool lost() const noexcept;
  /// In a child of the process that opened it.
  [[nodiscard]] bool inherited() const noexcept { return forks_ != detail::fork_count(); }
  /// The answers to everything sent have been read.
  [[nodiscard]] bool answered() const noexcept {
    return PQpipelineStatus(raw()) == PQ_PIPELINE_ON && PQtransactionStatus(raw()) != PQTRANS_ACTIVE;
  }
  [[nodiscard]] bool given_up() const noexcept { return given_up_; }
  /// libpq's text for a failure of the connection itself, on one line.
  [[nodiscard]] std::string failure_text() const;

  /// Whether the session reads 'text' without backslash escapes (standard_conforming_strings).
  [[nodiscard]] bool standard_strings() const noexcept;
  [[nodiscard]] bool utf8_server() const noexcept;

  /// True once when a commit succeeded without the wait for its synchronous replica being completed.
  [[nodiscard]] bool take_unreplicated_commit() noexcept;

 private:
  static void on_notice(void* self, const PGresult* notice) noexcept;

  ConnectionHandle handle_;
  std::shared_ptr<PGcancel> cancel_key_;
  UniqueDescriptor socket_;  // a duplicate: libpq may close its own, and another may get its number
  const std::uint32_t forks_ = detail::fork_count();
  SchemaChanges schema_changes_;
  std::uint32_t schema_changes_seen_;
  StatementCache statements_;
  Parameters parameters_;
  bool given_up_ = false;
  bool unreplicated_commit_ = false;
};

}  // namespace tenon::postgres
