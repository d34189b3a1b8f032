#include "checkpointer.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>

#include <tenon/detail/background_thread.hpp>

#include "waiting.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::chrono::milliseconds wait_for_readers{50};
constexpr int most_doublings = 2;

}  // namespace

void Checkpointer::stop() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  asked_changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::ask() noexcept {
  next_at_ = std::numeric_limits<int>::max();  // once, until the thread has had its turn
  const std::scoped_lock lock(mutex_);
  asked_ = true;
  try {
    if (!thread_.joinable()) thread_ = tenon::detail::background_thread([this] { work(); });
  } catch (const std::exception&) {
    checkpoint();  // no thread to be had: in the caller, who holds the writer
    asked_ = false;
    return;
  }
  asked_changed_.notify_one();
}

void Checkpointer::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_changed_.wait(lock, [this] { return asked_ || stop_; });
    if (stop_) return;
    asked_ = false;
    lock.unlock();
    bool done = true;
    try {
      WriterQueue::Ticket ticket(false);
      if (queue_.enter(ticket, {backend::Deadline::max(), tenon::detail::endless, "checkpoint"})) {
        checkpoint();
        queue_.leave();
      }
    } catch (const std::exception&) {  // out of memory
      done = false;
      std::this_thread::sleep_for(wait_for_readers);
    }
    lock.lock();
    if (!done) asked_ = true;
  }
}

void Checkpointer::checkpoint() {
  const int pages = writer_.wal_pages();
  const bool overgrown = pages >= hard_pages;
  if (overgrown) {
    writer_.checkpoint(SQLITE_CHECKPOINT_RESTART,
                       wait_for_readers * (1 << std::min(waits_, most_doublings)));
    ++waits_;
  } else {
    writer_.checkpoint(SQLITE_CHECKPOINT_PASSIVE, wait_for_readers);
  }
  // Counts only while readers keep the log from beginning anew; waiting for them is tried less often.
  next_at_ = pages + (overgrown ? soft_pages : soft_pages / 4);
}

}  // namespace tenon::sqlite
