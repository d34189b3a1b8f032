#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "connection.hpp"
#include "writer_queue.hpp"

namespace tenon::sqlite {

// Moves pages from the write-ahead log into the database file, on the writer connection and on no other:
// SQLite 3.7.0 to 3.51.2 can corrupt a file when one connection checkpoints while another resets the log
// (https://sqlite.org/wal.html#walresetbug). It takes its turn in the writer's queue, from a thread of its
// own that is started at the first need, so that no caller's commit carries the cost.
//
// The log is bounded: at `soft_pages` a PASSIVE checkpoint, which lets the next writer begin the log anew
// when no reader is in it. When readers overlap without a gap and it grew to `hard_pages`, a RESTART
// checkpoint waits a moment for them, and each time that was in vain twice as long. Only a read transaction
// that stays open can make it grow further.
class Checkpointer {
 public:
  // 4,000 pages are 16 MB and fit in the first segment of SQLite's index of the log, which keeps reads
  // quick.
  static constexpr int soft_pages = 4'000;
  static constexpr int hard_pages = 16'000;

  Checkpointer(Connection& writer, WriterQueue& queue) noexcept : writer_(writer), queue_(queue) {}
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer() { stop(); }

  // Ends the thread; waits for a checkpoint that is under way. Nobody may ask any more.
  void stop() noexcept;

  // After a commit, by whoever holds the writer.
  void after_commit() noexcept {
    const int pages = writer_.wal_pages();
    if (pages < pages_) {  // the log began anew
      next_at_ = soft_pages;
      waits_ = 0;
    }
    pages_ = pages;
    if (pages >= next_at_) ask();
  }

 private:
  void ask() noexcept;
  void work();
  void checkpoint();

  Connection& writer_;
  WriterQueue& queue_;
  // All belong to whoever holds the writer.
  int pages_ = 0;
  int waits_ = 0;  // for readers, since the log began
  int next_at_ = soft_pages;

  std::mutex mutex_;
  std::condition_variable asked_changed_;
  bool asked_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace tenon::sqlite
