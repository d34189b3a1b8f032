#include "reader_pool.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "error_map.hpp"
#include "waiting.hpp"

namespace tenon::sqlite {

using backend::Deadline;

namespace {

// To hand each connection over to who waits costs a change of threads for a read of some microseconds, and
// once begun goes on for as long as more threads read than there are connections.
constexpr std::chrono::milliseconds longest_overtaken{2};

// Of the calling thread, from 1.
unsigned thread_number() noexcept {
  static std::atomic<unsigned> last{0};
  static thread_local unsigned number = 0;
  if (number == 0) number = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return number;
}

}  // namespace

ReaderPool::~ReaderPool() = default;

ReaderPool::Place& ReaderPool::own_place() noexcept {
  return places_[thread_number() % places_.size()];
}

ReaderPool::Reader* ReaderPool::acquire(Deadline deadline, std::string_view subject) {
  std::unique_lock lock(mutex_);
  if (closed_) throw closed_error();
  if (!first_has_waited_long()) {
    if (Reader* const reader = take_idle()) {
      counters_.note_acquired({});
      return reader;
    }
  }
  if (waiting_.empty() && open_ < size_) {
    ++open_;
    lock.unlock();
    return open({});
  }
  return wait(lock, deadline, subject);
}

ReaderPool::Reader* ReaderPool::open(Clock::duration waited) {
  try {
    auto reader = std::make_unique<Reader>(options_);
    const std::scoped_lock lock(mutex_);
    readers_.push_back(std::move(reader));
    ++counters_.created;
    counters_.last_connect_error.clear();
    counters_.note_acquired(waited);
    return readers_.back().get();
  } catch (const std::exception& error) {
    // The room it would have taken goes to the next in the queue.
    const std::scoped_lock lock(mutex_);
    ++counters_.connect_failures;
    if (waiting_.empty()) {
      --open_;
      came_back_.notify_all();
    } else {
      waiting_.front()->may_open = true;
      waiting_.front()->changed.notify_one();
      remove_waiter(*waiting_.front());
    }
    counters_.last_connect_error = error.what();
    throw;
  }
}

ReaderPool::Reader* ReaderPool::wait(std::unique_lock<std::mutex>& lock, Deadline deadline,
                                     std::string_view subject) {
  Waiter waiter;
  waiting_.push_back(&waiter);
  attention_.fetch_add(1);
  if (Reader* const reader = take_idle()) offer(*reader);  // it came back in between
  const Deadline until = wait_end(deadline, longest_wait_);
  const auto called = [&waiter] { return waiter.called || waiter.reader != nullptr || waiter.may_open; };
  while (waiter.reader == nullptr && !waiter.may_open) {
    bool in_time = true;
    if (until == Deadline::max()) {
      waiter.changed.wait(lock, called);
    } else {
      in_time = waiter.changed.wait_until(lock, until, called);
    }
    if (waiter.reader != nullptr || waiter.may_open) break;
    waiter.called = false;
    waiter.reader = take_idle();  // another may have been quicker
    if (waiter.reader == nullptr && in_time) continue;
    remove_waiter(waiter);
    if (waiter.reader != nullptr) break;
    ++counters_.timeouts;
    throw timeout_error(subject,
                        "all " + std::to_string(size_) +
                            " reading connections were in use; end read transactions sooner or raise "
                            "Config::sqlite.readers");
  }
  ++counters_.waited;
  const auto waited = Clock::now() - waiter.since;
  if (waiter.reader != nullptr) {
    counters_.note_acquired(waited);
    return waiter.reader;
  }
  lock.unlock();
  return open(waited);
}

void ReaderPool::give_back(Reader& reader) noexcept {
  reader.connection.rollback();
  if (attention_.load(std::memory_order_relaxed) == 0) [[likely]] {
    std::atomic<Reader*>& place = own_place().reader;
    Reader* none = nullptr;
    if (place.compare_exchange_strong(none, &reader)) {
      if (attention_.load() == 0) [[likely]]
        return;
      // Somebody came to wait meanwhile, and may have looked here too soon.
      if (Reader* const still_here = place.exchange(nullptr)) give_back_slowly(*still_here);
      return;
    }
  }
  give_back_slowly(reader);
}

void ReaderPool::give_back_slowly(Reader& reader) noexcept {
  const std::scoped_lock lock(mutex_);
  if (!waiting_.empty()) {
    offer(reader);
  } else if (closed_) {
    remove(reader);
    came_back_.notify_all();
  } else {
    idle_.push_back(&reader);
  }
}

ReaderPool::Reader* ReaderPool::take_idle() noexcept {
  if (!idle_.empty()) {
    Reader* const reader = idle_.back();
    idle_.pop_back();
    return reader;
  }
  for (Place& place : places_) {
    if (Reader* const reader = place.reader.exchange(nullptr)) return reader;
  }
  return nullptr;
}

bool ReaderPool::first_has_waited_long() const noexcept {
  return !waiting_.empty() && Clock::now() - waiting_.front()->since > longest_overtaken;
}

void ReaderPool::offer(Reader& reader) noexcept {
  if (closed_ || first_has_waited_long()) {
    hand_over(reader);
  } else {
    idle_.push_back(&reader);
    call_first();
  }
}

void ReaderPool::call_first() noexcept {
  if (waiting_.empty() || waiting_.front()->called) return;
  waiting_.front()->called = true;
  waiting_.front()->changed.notify_one();
}

void ReaderPool::hand_over(Reader& reader) noexcept {
  waiting_.front()->reader = &reader;
  waiting_.front()->changed.notify_one();
  remove_waiter(*waiting_.front());
}

void ReaderPool::remove_waiter(const Waiter& waiter) noexcept {
  std::erase(waiting_, &waiter);
  attention_.fetch_sub(1);
  if (!idle_.empty()) call_first();
  if (closed_) came_back_.notify_all();
}

void ReaderPool::remove(Reader& reader) noexcept {
  const std::uint64_t lent = reader.lent.load(std::memory_order_relaxed);
  counters_.acquired += lent;
  counters_.acquire_waits[0] += lent;
  counters_.note_evicted(Eviction::closed);
  std::erase_if(readers_, [&reader](const auto& one) { return one.get() == &reader; });
  --open_;
}

void ReaderPool::count_transaction(int change) noexcept {
  const std::scoped_lock lock(mutex_);
  transactions_ += static_cast<std::size_t>(change);
  if (closed_) came_back_.notify_all();
}

std::size_t ReaderPool::idle_count() const noexcept {
  return idle_.size() + static_cast<std::size_t>(std::ranges::count_if(places_, [](const Place& place) {
           return place.reader.load(std::memory_order_relaxed) != nullptr;
         }));
}

PoolStats ReaderPool::stats() const {
  const std::scoped_lock lock(mutex_);
  PoolStats stats = counters_;
  for (const auto& reader : readers_) {
    const std::uint64_t lent = reader->lent.load(std::memory_order_relaxed);
    stats.acquired += lent;
    stats.acquire_waits[0] += lent;
  }
  stats.size = stats.capacity = size_;
  stats.idle = std::min(idle_count(), open_);  // one may change its place while they are counted
  stats.total = open_;
  stats.active = open_ - stats.idle;
  stats.waiting = waiting_.size();
  return stats;
}

void ReaderPool::close() noexcept {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  closed_ = true;
  attention_.fetch_add(1);
  while (Reader* const reader = take_idle()) {
    if (waiting_.empty()) {
      remove(*reader);
    } else {
      hand_over(*reader);
    }
  }
}

bool ReaderPool::calls_have_ended_locked() const noexcept {
  return waiting_.empty() && open_ == transactions_;
}

bool ReaderPool::calls_have_ended() const noexcept {
  const std::scoped_lock lock(mutex_);
  return calls_have_ended_locked();
}

void ReaderPool::await_calls() noexcept {
  std::unique_lock lock(mutex_);
  came_back_.wait(lock, [this] { return calls_have_ended_locked(); });
}

}  // namespace tenon::sqlite
