#include "prober.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <unistd.h>

#include <tenon/detail/background_thread.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

using std::chrono::steady_clock;

// Its server may no longer be the one that a new connection leads to.
constexpr std::chrono::seconds longest_use{30};
// How long the kept probe has for its answer: others wait for their turn meanwhile.
constexpr std::chrono::milliseconds longest_test{300};

// The engine refuses by now, and what the check does notices it at its next look; a name server may keep it
// for longer.
constexpr std::chrono::seconds patience_with_unawaited{1};

[[noreturn]] void refuse_late() {
  throw Error(Error::Kind::timeout, "the database did not answer in time");
}

}  // namespace

class Prober::Checks : public std::enable_shared_from_this<Prober::Checks> {
 public:
  void run(std::shared_ptr<backend::Engine> engine, Work work, backend::Deadline deadline);
  void refuse() noexcept;
  void close(backend::Deadline end) noexcept;

 private:
  struct Job {
    std::shared_ptr<backend::Engine> engine;
    Work work;
    backend::Deadline deadline;
    bool done = false;
    std::exception_ptr failure;
  };
  // Counts a caller for as long as it holds or waits for the lock.
  class Caller {
   public:
    explicit Caller(Checks& checks) noexcept : checks_(checks) { ++checks_.callers_; }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;
    ~Caller() {
      --checks_.callers_;
      checks_.changed_.notify_all();
    }

   private:
    Checks& checks_;
  };

  void perform(Job& job);
  void attempt(const Job& job);
  [[nodiscard]] bool kept_probe_answers(backend::Deadline deadline) noexcept;
  void open_probe(backend::Engine& engine, backend::Deadline deadline);
  void join() noexcept;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t callers_ = 0;
  bool busy_ = false;
  bool closed_ = false;
  std::thread thread_;
  std::unique_ptr<backend::Probe> probe_;  // of the thread while busy
  backend::Deadline renew_at_{};
};

void Prober::Checks::attempt(const Job& job) {
  if (!kept_probe_answers(job.deadline)) open_probe(*job.engine, job.deadline);
  try {
    job.work(*probe_, job.deadline);
  } catch (...) {
    probe_.reset();
    throw;
  }
}

// A connection kept from the last check may have died long ago, or been dropped in silence by something on
// the way, which says nothing about now: it gets a part of the time, and a new one the rest.
bool Prober::Checks::kept_probe_answers(backend::Deadline deadline) noexcept {
  if (!probe_) return false;
  const auto now = steady_clock::now();
  if (now >= renew_at_) {
    probe_.reset();
    return false;
  }
  try {
    probe_->ping(std::min(now + (deadline - now) / 3, now + longest_test));
    return true;
  } catch (...) {
    probe_.reset();
    return false;
  }
}

void Prober::Checks::open_probe(backend::Engine& engine, backend::Deadline deadline) {
  probe_ = engine.probe(deadline);
  renew_at_ = steady_clock::now() + longest_use;
  try {
    probe_->ping(deadline);
  } catch (...) {
    probe_.reset();
    throw;
  }
}

void Prober::Checks::perform(Job& job) {
  std::exception_ptr failure;
  try {
    attempt(job);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  job.failure = std::move(failure);
  job.done = true;
  busy_ = false;
  if (closed_) probe_.reset();
  changed_.notify_all();
}

void Prober::Checks::run(std::shared_ptr<backend::Engine> engine, Work work, backend::Deadline deadline) {
  const auto job = std::make_shared<Job>(Job{std::move(engine), std::move(work), deadline, false, nullptr});
  std::unique_lock lock(mutex_);
  const Caller caller(*this);
  if (!changed_.wait_until(lock, deadline, [&] { return !busy_ || closed_; })) refuse_late();
  if (closed_) throw Error(Error::Kind::unavailable, "the database is closed");
  join();
  busy_ = true;
  try {
    thread_ = background_thread([self = shared_from_this(), job] { self->perform(*job); });
  } catch (...) {
    busy_ = false;
    throw Error(Error::Kind::unavailable, "no thread could be started to check the database");
  }
  if (!changed_.wait_until(lock, deadline, [&] { return job->done; })) refuse_late();
  if (job->failure) std::rethrow_exception(job->failure);
}

// The thread has ended, or ends without needing the lock.
void Prober::Checks::join() noexcept {
  if (thread_.joinable()) thread_.join();
}

void Prober::Checks::refuse() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  if (!busy_) probe_.reset();
  changed_.notify_all();
}

void Prober::Checks::close(backend::Deadline end) noexcept {
  refuse();
  std::unique_lock lock(mutex_);
  if (busy_ && !thread_.joinable()) return;  // left behind before
  changed_.wait_until(lock, end, [&] { return !busy_ || callers_ == 0; });
  changed_.wait_until(lock, steady_clock::now() + patience_with_unawaited, [&] { return !busy_; });
  if (!busy_) {
    join();
  } else if (thread_.joinable()) {
    thread_.detach();
  }
}

Prober::Prober(std::shared_ptr<backend::Engine> engine)
    : process_(::getpid()), engine_(std::move(engine)), checks_(std::make_shared<Checks>()) {}

Prober::~Prober() {
  if (!is_ours()) {
    new std::shared_ptr<Checks>(std::move(checks_));
  } else {
    checks_->close(steady_clock::now());
  }
}

bool Prober::is_ours() const noexcept {
  return ::getpid() == process_;
}

void Prober::run(Work work, backend::Deadline deadline) {
  if (!is_ours())
    throw Error(Error::Kind::unavailable, "the database was opened before a fork; open it again");
  checks_->run(engine_, std::move(work), deadline);
}

void Prober::refuse() noexcept {
  if (is_ours()) checks_->refuse();
}

void Prober::close(backend::Deadline end) noexcept {
  if (is_ours()) checks_->close(end);
}

}  // namespace tenon::detail
