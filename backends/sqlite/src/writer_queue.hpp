#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/pool.hpp>

namespace tenon::sqlite {

// Who may use the one writer connection, first come first served. It knows nothing of SQLite.
//
// A caller enters with a ticket. Where the writer is free it leads at once. Otherwise it waits until either
// the writer is handed to it, or the leader before it has done its work along with its own (group commit: a
// leader gathers the groupable tickets that stand behind it and commits them together).
//
// Thread safety: all members may be called from any thread.
class WriterQueue {
 public:
  class Ticket {
   public:
    explicit Ticket(bool groupable) noexcept : groupable_(groupable) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    friend class WriterQueue;
    enum class State : std::uint8_t { waiting, gathered, leads, finished };

    std::condition_variable changed_;
    std::thread::id thread_;
    State state_ = State::waiting;
    bool groupable_;
  };

  // How long an entry may wait, and how the error of one that waited too long begins.
  struct Patience {
    backend::Deadline deadline;
    std::chrono::milliseconds longest;
    std::string_view subject;
  };

  // True: the caller leads and must call leave(). False: a leader has finished the ticket.
  // Throws Error: timeout past the deadline, busy after the longest wait, invalid_argument when this thread
  // holds the writer already, for it would wait for itself.
  [[nodiscard]] bool enter(Ticket& ticket, const Patience& patience);
  // For the leader: whether others wait, or came together with it the last time.
  [[nodiscard]] bool expects_company() const noexcept {
    return company_ > 0 || waiting_count_.load(std::memory_order_relaxed) > 0;
  }
  // How many callers a leader waits for, and until when.
  struct Company {
    std::size_t size;
    backend::Deadline until;
  };
  // For the leader: the callers that came together the last time, awaited no longer than `longest` from
  // now. Without the wait those who just got their results miss the commit that follows at once, and groups
  // are half as large as they could be.
  [[nodiscard]] Company company(std::chrono::nanoseconds longest) const noexcept {
    return {company_, std::chrono::steady_clock::now() + longest};
  }
  // For the leader, who has gathered `gathered` of the company: waits for one more, if there is one to
  // come.
  void await_another(const Company& company, std::size_t gathered) noexcept;
  // For the leader: takes the groupable tickets that stand in front, at most `most`, in their order.
  void gather(std::vector<Ticket*>& group, std::size_t most);
  // For the leader: wakes the callers of tickets that it gathered. They may be gone when this returns.
  void finish(std::span<Ticket* const> tickets);
  // Ends the lead: wakes the callers and hands the writer to the next in the queue.
  void leave(std::span<Ticket* const> finished = {});

  [[nodiscard]] bool held_by_this_thread() const;
  // As a pool of one connection; a member of a group counts as having got it when its group is done.
  [[nodiscard]] PoolStats stats() const;

 private:
  void wait(std::unique_lock<std::mutex>& lock, Ticket& ticket, const Patience& patience);
  void finish_locked(std::span<Ticket* const> tickets);

  mutable std::mutex mutex_;
  std::condition_variable company_came_;
  std::deque<Ticket*> waiting_;
  PoolStats counters_;
  std::thread::id holder_;  // the thread that leads; none while the writer is free
  bool held_ = false;
  std::atomic<std::size_t> waiting_count_{0};  // waiting_.size()
  std::size_t company_ = 0;  // of the leader: who else waited, or was finished, when the last lead ended
  bool company_awaited_ = false;  // somebody who comes wakes the leader
};

}  // namespace tenon::sqlite
