#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/fork.hpp>

#include "checkpointer.hpp"
#include "commit_pace.hpp"
#include "connection.hpp"
#include "group.hpp"
#include "writer_queue.hpp"

namespace tenon::sqlite {

// The one connection of the process that writes to a file, with the queue of those who want it.
//
// Writes that come one at a time run in their caller's thread, at the cost of a mutex. Writes that come
// while another is under way are committed together by the first of them (measured faster than a thread of
// its own: an uncontended write needs no hand-over).
//
// Thread safety: all members may be called from any thread.
class Writer {
 public:
  // The writer of the file, opened at the first call for it and shared by all later ones until the last of
  // them lets go. The key is the file, not the spelling of its path. Throws Error: invalid_argument where
  // its guard is made by other options, for its users would have walls that they did not ask for.
  [[nodiscard]] static std::shared_ptr<Writer> of_file(const ConnectionOptions& options);
  // A writer of its own. For databases in memory.
  explicit Writer(const ConnectionOptions& options)
      : connection_(options),
        guard_options_(options.guard),
        checkpointer_(connection_, queue_),
        full_reached_(connection_.fully_synchronous()) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Brings the log into the file and closes the connection; SQLite removes the log with the last one.
  ~Writer();

  // `longest` bounds the wait for the writer beside the call's deadline.
  std::uint64_t execute(const backend::Call& call, std::string_view tenant,
                        std::chrono::milliseconds longest);
  std::uint64_t insert(const backend::BatchInsert& batch, std::chrono::milliseconds longest);

  // Exclusive use of the connection until it is destroyed. Whoever has it also keeps the writer open.
  class Lease {
   public:
    Lease(std::shared_ptr<Writer> writer, const WriterQueue::Patience& patience);
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    [[nodiscard]] Connection& connection() const noexcept { return writer_->connection_; }

   private:
    std::shared_ptr<Writer> writer_;
    std::uint32_t forks_ = tenon::detail::fork_count();
  };

  // Commits reach the disk from the next one on, whatever the writer was opened with. Does not wait.
  void require_full_synchronous() noexcept { full_wanted_.store(true); }
  [[nodiscard]] const GuardOptions& guard_options() const noexcept { return guard_options_; }
  [[nodiscard]] bool held_by_this_thread() const { return queue_.held_by_this_thread(); }

  [[nodiscard]] PoolStats stats() const { return queue_.stats(); }

 private:
  struct Entry : WriterQueue::Ticket, WriteRequest {
    explicit Entry(bool groupable) noexcept : Ticket(groupable) {}
  };

  std::uint64_t submit(Entry& entry, bool groupable, std::chrono::milliseconds longest);
  void lead(Entry& own, bool groupable);
  // `tickets` are in the end those of the others that take part and are still to be woken.
  void run_together(Entry& own, std::vector<WriterQueue::Ticket*>& tickets);
  // At the start of a lead. Throws Error when commits would not be as durable as they have to be.
  void settle();

  WriterQueue queue_;
  Connection connection_;
  GuardOptions guard_options_;
  Checkpointer checkpointer_;
  CommitPace pace_;
  std::atomic<bool> full_wanted_{false};
  std::atomic<bool> full_reached_;
};

}  // namespace tenon::sqlite
