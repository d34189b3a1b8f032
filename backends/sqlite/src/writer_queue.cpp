#include "writer_queue.hpp"

#include <algorithm>
#include <string>

#include <tenon/error.hpp>

#include "error_map.hpp"
#include "waiting.hpp"

namespace tenon::sqlite {
namespace {

using backend::Deadline;

[[noreturn]] void refuse_self_wait(std::string_view subject) {
  throw Error(
      Error::Kind::invalid_argument,
      std::string(subject) +
          ": this thread holds the open write transaction of the same file and would wait for itself; "
          "use a store made from the transaction",
      {.sqlstate = "25001", .statement = std::string(subject), .constraint = {}, .hint = {}});
}

Error waited_too_long(const WriterQueue::Patience& patience, bool deadline_passed) {
  static constexpr std::string_view why = "another transaction held the writer";
  if (deadline_passed) return timeout_error(patience.subject, why);
  return {Error::Kind::busy,
          std::string(patience.subject) + ": " + std::string(why) +
              " for longer than the time to acquire a connection; run it again, and keep write "
              "transactions short",
          {.sqlstate = "55P03", .statement = std::string(patience.subject), .constraint = {}, .hint = {}}};
}

}  // namespace

bool WriterQueue::enter(Ticket& ticket, const Patience& patience) {
  std::unique_lock lock(mutex_);
  if (!held_) {
    held_ = true;
    holder_ = std::this_thread::get_id();
    ticket.state_ = Ticket::State::leads;
    counters_.note_acquired({});
    return true;
  }
  ticket.thread_ = std::this_thread::get_id();
  if (holder_ == ticket.thread_) refuse_self_wait(patience.subject);
  waiting_.push_back(&ticket);
  waiting_count_.store(waiting_.size(), std::memory_order_relaxed);
  if (company_awaited_) company_came_.notify_one();
  const auto start = std::chrono::steady_clock::now();
  wait(lock, ticket, patience);
  ++counters_.waited;
  counters_.note_acquired(std::chrono::steady_clock::now() - start);
  return ticket.state_ == Ticket::State::leads;
}

void WriterQueue::wait(std::unique_lock<std::mutex>& lock, Ticket& ticket, const Patience& patience) {
  using State = Ticket::State;
  const auto answered = [&ticket] {
    return ticket.state_ == State::leads || ticket.state_ == State::finished;
  };
  const Deadline until = wait_end(patience.deadline, patience.longest);
  const auto decided = [&ticket] { return ticket.state_ != State::waiting; };
  if (until == Deadline::max()) {
    ticket.changed_.wait(lock, answered);
    return;
  }
  if (!ticket.changed_.wait_until(lock, until, decided)) {
    std::erase(waiting_, &ticket);
    waiting_count_.store(waiting_.size(), std::memory_order_relaxed);
    ++counters_.timeouts;
    throw waited_too_long(patience, until == patience.deadline);
  }
  ticket.changed_.wait(lock, answered);  // gathered: the leader minds the deadline
}

void WriterQueue::gather(std::vector<Ticket*>& group, std::size_t most) {
  const std::scoped_lock lock(mutex_);
  group.reserve(group.size() + waiting_.size());  // nobody is lost between the two
  while (group.size() < most && !waiting_.empty() && waiting_.front()->groupable_) {
    waiting_.front()->state_ = Ticket::State::gathered;
    group.push_back(waiting_.front());
    waiting_.pop_front();
  }
  waiting_count_.store(waiting_.size(), std::memory_order_relaxed);
}

void WriterQueue::await_another(const Company& company, std::size_t gathered) noexcept {
  // To fall asleep and be woken takes some of these.
  constexpr std::chrono::microseconds longest_awake{100};
  const auto came = [this] { return waiting_count_.load(std::memory_order_relaxed) > 0; };
  if (gathered >= company.size || came()) return;
  const Deadline awake_until =
      std::min<Deadline>(company.until, std::chrono::steady_clock::now() + longest_awake);
  while (!came() && std::chrono::steady_clock::now() < awake_until) std::this_thread::yield();
  if (came() || awake_until == company.until) return;
  std::unique_lock lock(mutex_);
  company_awaited_ = true;
  company_came_.wait_until(lock, company.until, [this] { return !waiting_.empty(); });
  company_awaited_ = false;
}

void WriterQueue::finish_locked(std::span<Ticket* const> tickets) {
  for (Ticket* const ticket : tickets) {
    ticket->state_ = Ticket::State::finished;
    ticket->changed_.notify_one();  // under the lock, for the ticket is gone once its caller wakes
  }
}

void WriterQueue::finish(std::span<Ticket* const> tickets) {
  const std::scoped_lock lock(mutex_);
  finish_locked(tickets);
}

void WriterQueue::leave(std::span<Ticket* const> finished) {
  const std::scoped_lock lock(mutex_);
  company_ = waiting_.size() + finished.size();
  if (waiting_.empty()) {
    held_ = false;
    holder_ = {};
  } else {
    Ticket* const next = waiting_.front();
    waiting_.pop_front();
    waiting_count_.store(waiting_.size(), std::memory_order_relaxed);
    holder_ = next->thread_;
    next->state_ = Ticket::State::leads;
    next->changed_.notify_one();
  }
  finish_locked(finished);
}

PoolStats WriterQueue::stats() const {
  const std::scoped_lock lock(mutex_);
  PoolStats stats = counters_;
  stats.size = stats.capacity = stats.total = stats.created = 1;
  stats.active = held_ ? 1 : 0;
  stats.idle = held_ ? 0 : 1;
  stats.waiting = waiting_.size();
  return stats;
}

bool WriterQueue::held_by_this_thread() const {
  const std::scoped_lock lock(mutex_);
  return held_ && holder_ == std::this_thread::get_id();
}

}  // namespace tenon::sqlite
