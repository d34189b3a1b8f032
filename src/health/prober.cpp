#include "prober.hpp"

#include <chrono>
#include <condition_variable>
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

[[noreturn]] void refuse_late() {
  throw Error(Error::Kind::timeout, "the database did not answer in time");
}

}  // namespace

class Prober::Checks {
 public:
  explicit Checks(backend::Engine& engine) : engine_(engine) {}

  void run(Work work, backend::Deadline deadline);
  void refuse() noexcept;
  void close() noexcept;

 private:
  struct Job {
    Work work;
    backend::Deadline deadline;
    bool done = false;
    std::exception_ptr failure;
  };

  void perform(const std::shared_ptr<Job>& job);
  void attempt(const Job& job);
  [[nodiscard]] bool kept_probe_answers(backend::Deadline deadline) noexcept;
  void open_probe(backend::Deadline deadline);
  void join() noexcept;

  backend::Engine& engine_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  bool closed_ = false;
  std::thread thread_;
  std::unique_ptr<backend::Probe> probe_;  // of the thread while busy
};

void Prober::Checks::attempt(const Job& job) {
  if (!kept_probe_answers(job.deadline)) open_probe(job.deadline);
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
  try {
    probe_->ping(now + (deadline - now) / 3);
    return true;
  } catch (...) {
    probe_.reset();
    return false;
  }
}

void Prober::Checks::open_probe(backend::Deadline deadline) {
  probe_ = engine_.probe(deadline);
  try {
    probe_->ping(deadline);
  } catch (...) {
    probe_.reset();
    throw;
  }
}

void Prober::Checks::perform(const std::shared_ptr<Job>& job) {
  std::exception_ptr failure;
  try {
    attempt(*job);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  job->failure = std::move(failure);
  job->done = true;
  busy_ = false;
  if (closed_) probe_.reset();
  changed_.notify_all();
}

void Prober::Checks::run(Work work, backend::Deadline deadline) {
  const auto job = std::make_shared<Job>(Job{std::move(work), deadline, false, nullptr});
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return !busy_ || closed_; })) refuse_late();
  if (closed_) throw Error(Error::Kind::unavailable, "the database is closed");
  join();
  busy_ = true;
  try {
    thread_ = background_thread([this, job] { perform(job); });
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

void Prober::Checks::close() noexcept {
  refuse();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !busy_; });
  join();
}

Prober::Prober(backend::Engine& engine) : process_(::getpid()), checks_(std::make_unique<Checks>(engine)) {}

Prober::~Prober() {
  if (is_ours()) {
    checks_->close();
  } else {
    (void)checks_.release();
  }
}

bool Prober::is_ours() const noexcept {
  return ::getpid() == process_;
}

void Prober::run(Work work, backend::Deadline deadline) {
  if (!is_ours())
    throw Error(Error::Kind::unavailable, "the database was opened before a fork; open it again");
  checks_->run(std::move(work), deadline);
}

void Prober::refuse() noexcept {
  if (is_ours()) checks_->refuse();
}

void Prober::close() noexcept {
  if (is_ours()) checks_->close();
}

}  // namespace tenon::detail
