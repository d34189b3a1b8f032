#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <tenon/backend/dialect.hpp>
#include <tenon/backend/statement.hpp>
#include <tenon/export.hpp>

namespace tenon {
class AdministratorScope;
class TenantScope;
class Transaction;
}  // namespace tenon

namespace tenon::detail {

struct ScopeState;
struct TransactionState;

// One statement in both flavours, by their numbers.
using StatementPair = backend::Statement[2];
static_assert(static_cast<unsigned>(backend::Flavour::postgres) == 0 &&
              static_cast<unsigned>(backend::Flavour::sqlite) == 1);

// What a repository runs its statements on: a scope, where each is a transaction of its own, or a
// transaction. It adds who asks, until when, and the checks that need no database.
class TENON_API Executor {
 public:
  explicit Executor(const TenantScope& scope);
  explicit Executor(const AdministratorScope& scope);
  explicit Executor(Transaction& transaction);
  Executor(const Executor& other);
  Executor(Executor&& other) noexcept;
  Executor& operator=(const Executor& other);
  Executor& operator=(Executor&& other) noexcept;
  ~Executor();

  std::uint64_t execute(const backend::Statement& statement, backend::Values values, backend::RowSink rows,
                        bool stream = false) const;
  // For statements that return no rows.
  std::uint64_t execute(const backend::Statement& statement, backend::Values values) const;
  // The statement in the backend's flavour.
  std::uint64_t execute(const StatementPair& statements, backend::Values values, backend::RowSink rows,
                        bool stream = false) const {
    return execute(in_flavour(statements), values, rows, stream);
  }
  std::uint64_t execute(const StatementPair& statements, backend::Values values) const {
    return execute(in_flavour(statements), values);
  }
  // The host's own SQL.
  std::uint64_t execute_raw(const backend::Statement& statement, backend::Values values,
                            backend::RowSink rows, backend::StartOver start_over) const;
  std::uint64_t insert(backend::BatchInsert batch) const;

  [[nodiscard]] const backend::Dialect& dialect() const noexcept;
  [[nodiscard]] backend::Flavour flavour() const noexcept { return flavour_; }
  [[nodiscard]] const backend::Statement& in_flavour(const StatementPair& statements) const noexcept {
    return statements[static_cast<std::size_t>(flavour_)];
  }
  [[nodiscard]] bool in_transaction() const noexcept { return transaction_ != nullptr; }
  // Lives as long as this executor.
  [[nodiscard]] std::string_view tenant() const noexcept;

 private:
  std::uint64_t run(const backend::Statement& statement, backend::Values values, backend::RowSink rows,
                    bool stream, bool raw,
                    backend::StartOver start_over = backend::nothing_to_forget) const;

  std::shared_ptr<const ScopeState> scope_;
  std::shared_ptr<TransactionState> transaction_;
  backend::Flavour flavour_;
};

}  // namespace tenon::detail
