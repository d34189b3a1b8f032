#include <string>

#include <tenon/administrator_scope.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/error.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

#include "observers/observation.hpp"
#include "state.hpp"

namespace tenon::detail {
namespace {

void refuse_write(const ScopeState& scope, const TransactionState* transaction,
                  const backend::Statement& statement) {
  if (statement.access == backend::Access::read) return;
  const char* why = nullptr;
  if (!scope.context) why = "an administrator scope only reads";
  if (scope.context && scope.context->role() == Role::read_only) why = "the scope is read-only";
  if (why != nullptr) throw Error(Error::Kind::permission_denied, std::string(statement.name) + ": " + why);
  if (transaction != nullptr && transaction->access == backend::Access::read)
    throw Error(Error::Kind::read_only,
                std::string(statement.name) + ": the transaction was begun for reading");
}

Observation::Subject subject_of(const backend::Statement& statement, bool in_transaction, bool raw,
                                std::size_t batch = 0) {
  return {.name = statement.name,
          .sql = raw ? std::string_view() : statement.sql,
          .writes = statement.access == backend::Access::write,
          .in_transaction = in_transaction,
          .batch = batch};
}

}  // namespace

Executor::Executor(const TenantScope& scope) : scope_(scope.state_), flavour_(dialect().flavour()) {}

Executor::Executor(const AdministratorScope& scope) : scope_(scope.state_), flavour_(dialect().flavour()) {}

Executor::Executor(Transaction& transaction)
    : scope_(transaction.state()->scope),
      transaction_(transaction.state()),
      flavour_(dialect().flavour()) {}

Executor::Executor(const Executor& other) = default;
Executor::Executor(Executor&& other) noexcept = default;
Executor& Executor::operator=(const Executor& other) = default;
Executor& Executor::operator=(Executor&& other) noexcept = default;
Executor::~Executor() = default;

const backend::Dialect& Executor::dialect() const noexcept {
  return scope_->database->engine->dialect();
}

[[gnu::hot]] std::string_view Executor::tenant() const noexcept {
  return scope_->tenant();
}

[[gnu::hot]] std::uint64_t Executor::run(const backend::Statement& statement, backend::Values values,
                                         backend::RowSink rows, bool stream, bool raw,
                                         backend::StartOver start_over) const {
  refuse_write(*scope_, transaction_.get(), statement);
  DatabaseState& database = *scope_->database;
  if (transaction_) {
    backend::Session& session = transaction_->open_session();
    const Running running(*transaction_);
    // A stream lasts as long as its visitor takes.
    const backend::Deadline deadline =
        stream ? transaction_->deadline : database.statement_deadline(transaction_->deadline);
    return observe(*scope_, subject_of(statement, true, raw), [&] {
      return session.execute({statement, values, rows, deadline, stream, raw, start_over});
    });
  }
  refuse_beside_transaction(*scope_, statement);
  const backend::Deadline deadline =
      stream ? backend::Deadline::max() : database.statement_deadline(database.deadline());
  return observe(*scope_, subject_of(statement, false, raw), [&] {
    return database.engine->execute(scope_->principal(),
                                    {statement, values, rows, deadline, stream, raw, start_over});
  });
}

[[gnu::hot]] std::uint64_t Executor::execute(const backend::Statement& statement, backend::Values values,
                                             backend::RowSink rows, bool stream) const {
  return run(statement, values, rows, stream, false);
}

std::uint64_t Executor::execute_raw(const backend::Statement& statement, backend::Values values,
                                    backend::RowSink rows, backend::StartOver start_over) const {
  return run(statement, values, rows, false, true, start_over);
}

[[gnu::hot]] std::uint64_t Executor::execute(const backend::Statement& statement,
                                             backend::Values values) const {
  constexpr auto ignore = [](backend::Values) { return true; };
  return execute(statement, values, ignore);
}

std::uint64_t Executor::insert(backend::BatchInsert batch) const {
  refuse_write(*scope_, transaction_.get(), batch.row);
  if (batch.row_count == 0) return 0;
  if (transaction_) {
    batch.deadline = scope_->database->statement_deadline(transaction_->deadline);
    backend::Session& session = transaction_->open_session();
    const Running running(*transaction_);
    return observe(*scope_, subject_of(batch.row, true, false, batch.row_count),
                   [&] { return session.insert(batch); });
  }
  refuse_beside_transaction(*scope_, batch.row);
  DatabaseState& database = *scope_->database;
  batch.deadline = database.statement_deadline(database.deadline());
  return observe(*scope_, subject_of(batch.row, false, false, batch.row_count),
                 [&] { return database.engine->insert(scope_->principal(), batch); });
}

}  // namespace tenon::detail
