#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <libpq-fe.h>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/backend/statement.hpp>

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

  /// Takes over an open connection. Throws `Error` (internal) when libpq refuses pipeline mode.
  Connection(ConnectionHandle handle, std::size_t statement_cache);

  [[nodiscard]] bool usable() noexcept override;
  [[nodiscard]] bool ping(backend::Deadline deadline) override;

  [[nodiscard]] PGconn* raw() const noexcept { return handle_.get(); }
  [[nodiscard]] StatementCache& statements() noexcept { return statements_; }
  [[nodiscard]] Parameters& parameters() noexcept { return parameters_; }

  /// Sends what libpq has buffered, reading meanwhile so that neither side blocks the other.
  [[nodiscard]] Wait flush(backend::Deadline deadline) noexcept;
  /// The next result; an empty handle separates the results of two commands.
  [[nodiscard]] Wait next(backend::Deadline deadline, ResultHandle& result) noexcept;
  /// Cancels what is running. False: give the connection up.
  [[nodiscard]] bool cancel() noexcept;

  /// COPY is refused in pipeline mode, so a batch leaves it for a while. False when libpq refuses.
  [[nodiscard]] bool leave_pipeline() noexcept;
  [[nodiscard]] bool enter_pipeline() noexcept;

  /// The server has just answered all that it was sent: the next usable() need not look at the socket.
  void settled() noexcept { settled_ = true; }
  /// The connection will not be used again.
  void give_up() noexcept { given_up_ = true; }
  [[nodiscard]] bool lost() const noexcept;
  /// libpq's text for a failure of the connection itself, on one line.
  [[nodiscard]] std::string failure_text() const;

  /// Whether the session reads 'text' without backslash escapes (standard_conforming_strings).
  [[nodiscard]] bool standard_strings() const noexcept;

  /// True once when a commit succeeded without the wait for its synchronous replica being completed.
  [[nodiscard]] bool take_unreplicated_commit() noexcept;

 private:
  static void on_notice(void* self, const PGresult* notice) noexcept;

  ConnectionHandle handle_;
  StatementCache statements_;
  Parameters parameters_;
  bool given_up_ = false;
  bool settled_ = false;
  bool unreplicated_commit_ = false;
};

}  // namespace tenon::postgres
