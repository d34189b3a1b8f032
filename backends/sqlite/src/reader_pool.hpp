#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/pool.hpp>

#include "connection.hpp"

namespace tenon::sqlite {

// The reading connections of one engine, opened when first needed and never more than `size`. Who waits
// gets one in the order of asking; for 2 ms one that is running, and so has no wait to end, may be quicker.
//
// A thread leaves the connection that it used at a place of its own and finds it there again, with warm
// caches: while nobody waits, taking it and giving it back are one atomic operation each. The mutex is for
// all that is rarer.
//
// Thread safety: all members may be called from any thread.
class ReaderPool {
  struct Reader;

 public:
  ReaderPool(ConnectionOptions options, std::size_t size, std::chrono::milliseconds longest_wait)
      : options_(std::move(options)), size_(size), longest_wait_(longest_wait) {
    idle_.reserve(size_);
  }
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;
  ~ReaderPool();

  // A connection for one call, given back by the destructor; ends before the pool does.
  class Lease {
   public:
    // Throws Error: timeout; unavailable once the pool is closed; and what opening a connection throws.
    Lease(ReaderPool& pool, backend::Deadline deadline, std::string_view subject)
        : pool_(pool), reader_(pool.take_own()) {
      if (reader_ != nullptr) [[likely]]
        return;
      came_late_ = true;
      reader_ = pool.acquire(deadline, subject);
    }
    Lease(Lease&& other) noexcept
        : pool_(other.pool_),
          reader_(std::exchange(other.reader_, nullptr)),
          came_late_(other.came_late_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (reader_ != nullptr) pool_.give_back(*reader_);
    }
    [[nodiscard]] Connection& connection() const noexcept { return reader_->connection; }
    // Time may have passed until there was one.
    [[nodiscard]] bool came_late() const noexcept { return came_late_; }

   private:
    ReaderPool& pool_;
    Reader* reader_;
    bool came_late_ = false;
  };
  // One for a transaction; keeps the pool alive. Closing does not wait for it.
  class SharedLease {
   public:
    SharedLease(std::shared_ptr<ReaderPool> pool, backend::Deadline deadline, std::string_view subject)
        : pool_(std::move(pool)), lease_(*pool_, deadline, subject) {
      pool_->count_transaction(1);
    }
    SharedLease(SharedLease&&) noexcept = default;
    SharedLease& operator=(SharedLease&&) = delete;
    ~SharedLease() {
      if (pool_) pool_->count_transaction(-1);
    }
    [[nodiscard]] Connection& connection() const noexcept { return lease_.connection(); }

   private:
    std::shared_ptr<ReaderPool> pool_;
    Lease lease_;
  };

  [[nodiscard]] PoolStats stats() const;

  // Lends no more. Closes the idle connections now and the others as they come back.
  void close() noexcept;
  // After close(): whether no call holds a connection, or waits for one.
  [[nodiscard]] bool calls_have_ended() const noexcept;
  void await_calls() noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  struct Reader {
    explicit Reader(const ConnectionOptions& options) : connection(options) {}
    Connection connection;
    std::atomic<std::uint64_t> lent{0};  // at once; written by whoever has it
  };
  struct alignas(64) Place {
    std::atomic<Reader*> reader{nullptr};
  };
  struct Waiter {
    std::condition_variable changed;
    Clock::time_point since = Clock::now();
    Reader* reader = nullptr;
    bool may_open = false;
    bool called = false;  // to look for an idle one
  };

  // Null when it has to be acquired.
  [[nodiscard]] Reader* take_own() noexcept {
    if (attention_.load(std::memory_order_relaxed) != 0) return nullptr;
    Reader* const reader = own_place().reader.exchange(nullptr, std::memory_order_acquire);
    if (reader != nullptr) [[likely]] {
      reader->lent.store(reader->lent.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    return reader;
  }
  [[nodiscard]] Place& own_place() noexcept;
  void give_back(Reader& reader) noexcept;

  [[nodiscard]] Reader* acquire(backend::Deadline deadline, std::string_view subject);
  [[nodiscard]] Reader* open(Clock::duration waited);
  [[nodiscard]] Reader* wait(std::unique_lock<std::mutex>& lock, backend::Deadline deadline,
                             std::string_view subject);
  void give_back_slowly(Reader& reader) noexcept;
  void count_transaction(int change) noexcept;

  // With the mutex held.
  [[nodiscard]] Reader* take_idle() noexcept;
  void hand_over(Reader& reader) noexcept;
  // Where somebody waits.
  void offer(Reader& reader) noexcept;
  void call_first() noexcept;
  [[nodiscard]] bool first_has_waited_long() const noexcept;
  void remove(Reader& reader) noexcept;
  void remove_waiter(const Waiter& waiter) noexcept;
  [[nodiscard]] std::size_t idle_count() const noexcept;
  [[nodiscard]] bool calls_have_ended_locked() const noexcept;

  const ConnectionOptions options_;
  const std::size_t size_;
  const std::chrono::milliseconds longest_wait_;

  std::array<Place, 8> places_;
  // The waiting, and one more once closed. Whoever raises it looks at the places after that, and whoever
  // leaves a connection at one looks at this after that, so that none is overlooked.
  std::atomic<std::size_t> attention_{0};

  mutable std::mutex mutex_;
  std::condition_variable came_back_;             // after close()
  std::vector<std::unique_ptr<Reader>> readers_;  // all that are open
  std::vector<Reader*> idle_;                     // those at no place; has room for all
  std::deque<Waiter*> waiting_;
  std::size_t open_ = 0;          // idle, lent and being opened
  std::size_t transactions_ = 0;  // that hold one
  bool closed_ = false;
  PoolStats counters_;  // without what `Reader::lent` counts
};

}  // namespace tenon::sqlite
