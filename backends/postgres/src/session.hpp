#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/backend/session.hpp>
#include <tenon/error.hpp>

#include "context.hpp"
#include "flight.hpp"
#include "outcome.hpp"

namespace tenon::postgres {

/// Rolls the connection's transaction back; gives the connection up where that fails.
void roll_back(Connection& connection) noexcept;
/// A COMMIT of a failed transaction answers `ROLLBACK` without an error. Throws `Error`
/// (constraint_violation) then.
void require_commit_tag(std::string_view tag, std::string_view operation);

/// A transaction on a connection of its own. BEGIN, the binding of the principal and the first statement
/// travel together: one round trip for each statement and one for the commit.
class PostgresSession final : public backend::Session {
 public:
  PostgresSession(std::shared_ptr<Context> context, const backend::Principal& principal,
                  const backend::TransactionOptions& options);
  ~PostgresSession() override;

  std::uint64_t execute(const backend::Call& call) override;
  std::uint64_t insert(const backend::BatchInsert& batch) override;
  void savepoint(unsigned depth) override;
  void release(unsigned depth) override;
  void rollback_to(unsigned depth) override;
  void commit() override;
  void rollback() noexcept override;

 private:
  void require_open(std::string_view operation) const;
  [[nodiscard]] Connection& connection() const noexcept { return Context::of(lease_); }
  [[nodiscard]] backend::Principal principal() const noexcept { return {tenant_, role_, actor_}; }
  [[nodiscard]] Terms terms(std::string_view operation) const;
  [[nodiscard]] Flight flight(backend::Deadline deadline) const;
  /// BEGIN and the binding, if they were not sent yet, and the search_path that the statement needs.
  void open(Flight& flight, bool raw = false);
  /// Throws what the landing means, and remembers that the transaction has failed.
  void check(const Landing& landing, std::string_view operation);
  void begin_elsewhere();
  void command(const std::string& sql, std::string_view operation);
  [[nodiscard]] std::uint64_t copy(const backend::BatchInsert& batch, backend::Deadline deadline);

  std::shared_ptr<Context> context_;
  std::string tenant_;
  Role role_;
  std::string actor_;
  backend::TransactionOptions options_;
  backend::ConnectionPool::Lease lease_;
  enum class SearchPath : std::uint8_t { login, raw, unknown } search_path_ = SearchPath::login;
  bool raw_used_ = false;
  bool begun_ = false;
  std::optional<Error> failure_;  // the first error; only a rollback helps
};

}  // namespace tenon::postgres
