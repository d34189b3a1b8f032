#include "prober.hpp"

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

Prober::Prober(backend::Engine& engine) : engine_(engine), process_(::getpid()) {}

Prober::~Prober() {
  close();
}

void Prober::attempt(const Job& job) {
  const bool kept = probe_ != nullptr;
  try {
    if (!kept) probe_ = engine_.probe(job.deadline);
    probe_->ping(job.deadline);
  } catch (const Error&) {
    probe_.reset();
    // A connection kept from the last check may have died long ago, which says nothing about now.
    if (!kept || steady_clock::now() >= job.deadline) throw;
    probe_ = engine_.probe(job.deadline);
  }
  try {
    job.work(*probe_, job.deadline);
  } catch (...) {
    probe_.reset();
    throw;
  }
}

void Prober::work(const std::shared_ptr<Job>& job) {
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
  changed_.notify_all();
}

void Prober::run(Work work, backend::Deadline deadline) {
  const auto job = std::make_shared<Job>(Job{std::move(work), deadline, false, nullptr});
  if (::getpid() != process_)
    throw Error(Error::Kind::unavailable, "the database was opened before a fork; open it again");
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return !busy_ || closed_; })) refuse_late();
  if (closed_) throw Error(Error::Kind::unavailable, "the database is closed");
  join();
  busy_ = true;
  try {
    thread_ = background_thread([this, job] { this->work(job); });
  } catch (...) {
    busy_ = false;
    throw Error(Error::Kind::unavailable, "no thread could be started to check the database");
  }
  if (!changed_.wait_until(lock, deadline, [&] { return job->done; })) refuse_late();
  if (job->failure) std::rethrow_exception(job->failure);
}

// The thread has ended, or ends without needing the lock.
void Prober::join() noexcept {
  if (thread_.joinable()) thread_.join();
}

void Prober::close() noexcept {
  if (::getpid() != process_) {
    if (thread_.joinable()) thread_.detach();
    (void)probe_.release();
    return;
  }
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !busy_; });
  join();
  probe_.reset();
}

}  // namespace tenon::detail
