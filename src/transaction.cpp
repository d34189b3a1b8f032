#include <algorithm>
#include <chrono>
#include <exception>
#include <random>
#include <thread>
#include <vector>

#include <tenon/error.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

#include "observers/observation.hpp"
#include "state.hpp"

namespace tenon {
namespace detail {
namespace {

// The transactions that this thread began, `noted_here` in number; those that have ended are dropped when
// it begins another, or looks for one.
std::vector<std::weak_ptr<TransactionState>>& begun_here() {
  thread_local std::vector<std::weak_ptr<TransactionState>> transactions;
  return transactions;
}

bool has_ended(const std::weak_ptr<TransactionState>& transaction) {
  const auto state = transaction.lock();
  return !state || !state->session;
}

void forget_ended() {
  std::erase_if(begun_here(), has_ended);
  noted_here = begun_here().size();
}

}  // namespace

constinit thread_local std::size_t noted_here = 0;

static Observation::Subject subject_of(const TransactionState& transaction,
                                       std::string_view name) noexcept {
  return {.name = name,
          .sql = {},
          .writes = transaction.access == backend::Access::write,
          .in_transaction = true};
}

backend::Session& TransactionState::open_session() const {
  if (undone_by) std::rethrow_exception(undone_by);
  if (!session) throw Error(Error::Kind::invalid_argument, "the transaction has ended; begin another one");
  if (running)
    throw Error(Error::Kind::invalid_argument,
                "a statement of this transaction is still under way; collect its rows first, then go on");
  return *session;
}

void TransactionState::rollback() noexcept {
  if (running) {
    rollback_wanted = true;
    return;
  }
  const std::unique_ptr<backend::Session> ending = std::move(session);
  if (ending) observe(*scope, subject_of(*this, "transaction.rollback"), [&] { ending->rollback(); });
}

void refuse_beside_noted(const ScopeState& scope, const backend::Statement& statement) {
  forget_ended();
  refuse_other_tenant(scope);
  if (statement.access == backend::Access::read) return;
  for (const auto& transaction : begun_here()) {
    const auto state = transaction.lock();
    if (state && state->session && state->access == backend::Access::write &&
        state->scope->database == scope.database)
      throw Error(
          Error::Kind::invalid_argument,
          std::string(statement.name) +
              ": this thread has a transaction open; write through a store made from the transaction");
  }
}

void refuse_other_tenant(const ScopeState& scope) {
  for (const auto& transaction : begun_here()) {
    const auto state = transaction.lock();
    if (!state || !state->session || state->scope->database != scope.database) continue;
    if (state->scope->tenant() != scope.tenant())
      throw Error(Error::Kind::invalid_argument,
                  "this thread has a transaction of another tenant open; end it before work for this one");
  }
}

void note_open(const std::shared_ptr<TransactionState>& transaction) {
  forget_ended();
  begun_here().push_back(transaction);
  noted_here = begun_here().size();
}

void back_off(unsigned attempt) {
  using std::chrono::microseconds;
  thread_local std::minstd_rand random{std::random_device{}()};
  const microseconds most =
      std::min(microseconds{2'000} * (1U << std::min(attempt, 10U)), microseconds{250'000});
  std::uniform_int_distribution<microseconds::rep> pause(0, most.count());
  std::this_thread::sleep_for(microseconds{pause(random)});
}

}  // namespace detail

Transaction::Transaction(std::shared_ptr<detail::TransactionState> state) noexcept
    : state_(std::move(state)) {}

Transaction::Transaction(Transaction&& other) noexcept = default;

Transaction::~Transaction() {
  if (state_) rollback();
}

const TenantContext& Transaction::context() const noexcept {
  return *state_->scope->context;
}

bool Transaction::is_open() const noexcept {
  return state_ && state_->session != nullptr;
}

const std::shared_ptr<detail::TransactionState>& Transaction::state() const {
  if (!state_)
    throw Error(Error::Kind::invalid_argument, "the transaction was moved away; use where it went");
  return state_;
}

void Transaction::commit() {
  (void)state()->open_session();
  const std::unique_ptr<backend::Session> session = std::move(state_->session);
  try {
    detail::observe(*state_->scope, detail::subject_of(*state_, "transaction.commit"),
                    [&] { session->commit(); });
  } catch (const Error& error) {
    state_->may_have_committed = error.kind() == Error::Kind::outcome_unknown;
    throw;
  }
  state_->may_have_committed = true;
}

bool Transaction::may_have_committed() const noexcept {
  return !state_ || state_->may_have_committed;
}

bool Transaction::wants_commit() const noexcept {
  return is_open() || (state_ && state_->undone_by);
}

void Transaction::rollback() noexcept {
  if (!state_) return;
  state_->undone_by = nullptr;
  state_->rollback();
}

Savepoint Transaction::savepoint() {
  backend::Session& session = state()->open_session();
  state_->savepoints.reserve(state_->savepoints.size() + 1);
  detail::observe(*state_->scope, detail::subject_of(*state_, "transaction.savepoint"),
                  [&] { session.savepoint(static_cast<unsigned>(state_->savepoints.size() + 1)); });
  state_->savepoints.push_back(++state_->last_savepoint);
  return {state_, state_->last_savepoint};
}

Savepoint::Savepoint(std::shared_ptr<detail::TransactionState> state, std::uint64_t serial) noexcept
    : state_(std::move(state)), serial_(serial) {}

Savepoint::Savepoint(Savepoint&& other) noexcept = default;

Savepoint::~Savepoint() {
  if (depth() == 0 || state_->rollback_wanted) return;
  try {
    rollback();
  } catch (...) {  // such as when the connection is gone, and the transaction with it
    state_->undone_by = std::current_exception();
    state_->rollback();
  }
}

// 1 for the outermost; 0 when it has ended, by itself or with an outer one.
unsigned Savepoint::depth() const noexcept {
  if (!state_ || !state_->session) return 0;
  const auto& open = state_->savepoints;
  const auto found = std::find(open.begin(), open.end(), serial_);
  return found == open.end() ? 0 : static_cast<unsigned>(found - open.begin() + 1);
}

void Savepoint::release() {
  const unsigned at = depth();
  if (at == 0 || at != state_->savepoints.size())
    throw Error(Error::Kind::invalid_argument,
                "savepoint: already ended, or an inner savepoint is still open");
  detail::observe(*state_->scope, detail::subject_of(*state_, "transaction.release"),
                  [&] { state_->open_session().release(at); });
  state_->savepoints.pop_back();
  state_.reset();
}

void Savepoint::rollback() {
  const unsigned at = depth();
  if (at == 0) throw Error(Error::Kind::invalid_argument, "savepoint: already ended");
  detail::observe(*state_->scope, detail::subject_of(*state_, "transaction.rollback_to"), [&] {
    state_->open_session().rollback_to(at);
    state_->open_session().release(at);
  });
  state_->savepoints.resize(at - 1);
  state_.reset();
}

}  // namespace tenon
