#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/detail/fork.hpp>
#include <tenon/error.hpp>
#include <tenon/pool_event.hpp>

#include "pool_state.hpp"

namespace tenon::backend {

// What a pool, its leases and its threads share: the state under a lock, and the connections.
class ConnectionPool::Shared : public std::enable_shared_from_this<ConnectionPool::Shared> {
 public:
  Shared(std::string name, const PoolOptions& options, Factory factory);

  Lease acquire(const Request& request);
  void give_back(std::unique_ptr<PooledConnection> connection, pool::Handle handle) noexcept;
  void outdate(pool::Handle handle) noexcept;
  PoolStats stats() const;
  std::uint32_t generation() const noexcept;
  bool close(Deadline deadline) noexcept;
  bool drain(Deadline deadline) noexcept;
  // With min_idle there is work before the first caller comes.
  void start();

  // False in a child of the process that made the pool.
  [[nodiscard]] bool is_ours() const noexcept { return forks_ == detail::fork_count(); }

 private:
  using Lock = std::unique_lock<std::mutex>;

  struct Slot {
    std::unique_ptr<PooledConnection> idle;
    PooledConnection* lent = nullptr;
    std::source_location taken_at;
    bool used = false;
  };
  // A caller in the queue. It lives on the caller's stack; only the holder of the lock touches it.
  struct Waiter {
    enum class State : std::uint8_t { waiting, given, failed, refused } state = State::waiting;
    pool::Handle handle = 0;
    std::optional<Error> failure;
    std::optional<std::condition_variable> woken;  // once it waits, which few do
  };

  // For callers (connection_pool.cpp).
  [[nodiscard]] std::unique_ptr<PooledConnection> take(pool::Handle handle, const Request& request);
  [[nodiscard]] pool::Handle wait(Lock& lock, Waiter& waiter, Deadline start, Deadline deadline);
  [[nodiscard]] std::optional<Eviction> fault(PooledConnection& connection, pool::Check test,
                                              Deadline deadline) const noexcept;
  void drop(Lock& lock, std::unique_ptr<PooledConnection> connection, pool::Handle handle, Eviction reason);
  void put(std::unique_ptr<PooledConnection> connection, pool::Handle handle,
           const pool::Placement& placement) noexcept;
  void forget_failure() noexcept;
  enum class InVain : std::uint8_t { not_opened, not_free, untested };
  [[noreturn]] void throw_in_vain(Lock& lock, Deadline::duration waited, InVain why);
  [[noreturn]] void throw_closed() const;

  // For the pool's threads (workers.cpp).
  void call_workers() noexcept;
  void start_worker();
  void work() noexcept;
  [[nodiscard]] bool await_work(Lock& lock);
  void do_work(Lock& lock, const pool::Work& work);
  void open(Lock& lock, pool::Handle handle);
  void open_failed(pool::Handle handle, const Error& failure);
  void close_one(Lock& lock, pool::Handle handle, Eviction reason);

  // For the end (closing.cpp).
  void refuse_all() noexcept;
  void close_idle(Lock& lock) noexcept;
  [[nodiscard]] bool all_closed_by(Lock& lock, Deadline deadline);
  void end_workers(Lock& lock) noexcept;

  void tell(const PoolEvent& event) const noexcept;

  const std::string name_;
  const PoolOptions options_;
  const Factory factory_;
  const std::uint32_t forks_ = detail::fork_count();

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // for close(): a connection or a worker ended
  pool::PoolState state_;
  std::vector<Slot> slots_;  // by handle
  PoolStats counters_;
  std::optional<Error> last_connect_failure_;

  std::condition_variable work_;
  std::stop_source stop_;
  std::vector<std::thread> workers_;
  std::vector<std::thread> ended_workers_;  // to be joined
  std::size_t idle_workers_ = 0;
};

}  // namespace tenon::backend
