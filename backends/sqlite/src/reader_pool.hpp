#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/pool.hpp>

#include "connection.hpp"

namespace tenon::sqlite {

// The reading connections of one engine, opened when first needed and never more than `size`. Whoever waits
// gets one in the order of asking; the connection used last is used next, for its caches are warm.
//
// Thread safety: all members may be called from any thread.
class ReaderPool {
 public:
  ReaderPool(ConnectionOptions options, std::size_t size, std::chrono::milliseconds longest_wait)
      : options_(std::move(options)), size_(size), longest_wait_(longest_wait) {}
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // A connection, given back by the destructor; ends before the pool does.
  class Lease {
   public:
    Lease(ReaderPool& pool, backend::Deadline deadline, std::string_view subject)
        : pool_(pool), connection_(pool.acquire(deadline, subject)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_.give_back(std::move(connection_));
    }
    [[nodiscard]] Connection& connection() const noexcept { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };
  // One that keeps the pool alive.
  class SharedLease {
   public:
    SharedLease(std::shared_ptr<ReaderPool> pool, backend::Deadline deadline, std::string_view subject)
        : pool_(std::move(pool)), lease_(*pool_, deadline, subject) {}
    [[nodiscard]] Connection& connection() const noexcept { return lease_.connection(); }

   private:
    std::shared_ptr<ReaderPool> pool_;
    Lease lease_;
  };

  [[nodiscard]] PoolStats stats() const;

  // Closes the idle connections now and the others as they come back.
  void close() noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiter {
    std::condition_variable changed;
    std::unique_ptr<Connection> connection;
    bool may_open = false;
  };

  [[nodiscard]] std::unique_ptr<Connection> acquire(backend::Deadline deadline, std::string_view subject);
  [[nodiscard]] std::unique_ptr<Connection> open(Clock::duration waited);
  [[nodiscard]] std::unique_ptr<Connection> wait(std::unique_lock<std::mutex>& lock,
                                                 backend::Deadline deadline, std::string_view subject);
  void give_back(std::unique_ptr<Connection> connection) noexcept;

  const ConnectionOptions options_;
  const std::size_t size_;
  const std::chrono::milliseconds longest_wait_;

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<Waiter*> waiting_;
  std::size_t open_ = 0;  // idle, lent and being opened
  bool closed_ = false;
  PoolStats counters_;
};

}  // namespace tenon::sqlite
