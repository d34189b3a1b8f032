#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include <tenon/error.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

#include "state.hpp"

namespace tenon {
namespace detail {
namespace {

// The transactions that this thread began; those that have ended are dropped when it begins another.
std::vector<std::weak_ptr<TransactionState>>& begun_here() {
  thread_local std::vector<std::weak_ptr<TransactionState>> transactions;
  return transactions;
}

bool has_ended(const std::weak_ptr<TransactionState>& transaction) {
  const auto state = transaction.lock();
  return !state || !state->session;
}

}  // namespace

backend::Session& TransactionState::open_session() const {
  if (!session) throw Error(Error::Kind::invalid_argument, "the transaction has ended; begin another one");
  return *session;
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
  std::erase_if(begun_here(), has_ended);
  begun_here().push_back(transaction);
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

void Transaction::commit() {
  (void)state_->open_session();
  const std::unique_ptr<backend::Session> session = std::move(state_->session);
  session->commit();
}

void Transaction::rollback() noexcept {
  const std::unique_ptr<backend::Session> session = std::move(state_->session);
  if (session) session->rollback();
}

Savepoint Transaction::savepoint() {
  state_->open_session().savepoint(state_->depth + 1);
  return {state_, ++state_->depth};
}

Savepoint::Savepoint(std::shared_ptr<detail::TransactionState> state, unsigned depth) noexcept
    : state_(std::move(state)), depth_(depth) {}

Savepoint::Savepoint(Savepoint&& other) noexcept = default;

Savepoint::~Savepoint() {
  if (!state_ || !state_->session || state_->depth < depth_) return;
  try {
    rollback();
  } catch (...) {  // the connection is gone, and the transaction with it
    state_->session->rollback();
    state_->session.reset();
  }
}

void Savepoint::release() {
  if (!state_ || state_->depth != depth_)
    throw Error(Error::Kind::invalid_argument,
                "savepoint: already ended, or an inner savepoint is still open");
  state_->open_session().release(depth_);
  state_->depth = depth_ - 1;
  state_.reset();
}

void Savepoint::rollback() {
  if (!state_ || state_->depth < depth_)
    throw Error(Error::Kind::invalid_argument, "savepoint: already ended");
  state_->open_session().rollback_to(depth_);
  state_->open_session().release(depth_);
  state_->depth = depth_ - 1;
  state_.reset();
}

}  // namespace tenon
