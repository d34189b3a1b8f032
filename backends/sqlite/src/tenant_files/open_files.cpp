#include "open_files.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "../waiting.hpp"

namespace tenon::sqlite {

using backend::Deadline;

namespace {

// Of a file that is about to be closed, with its connections.
PoolStats last_counters(Engine& file) {
  const PoolStats last = file.pool_stats();
  PoolStats counted = last.counters();
  for (std::size_t i = 0; i < last.total; ++i) counted.note_evicted(Eviction::closed);
  return counted;
}

}  // namespace

OpenFiles::~OpenFiles() {
  if (forks_ != tenon::detail::fork_count()) (void)changed_.release();
}

Engine& OpenFiles::Use::engine() const noexcept {
  return *file_->engine;
}

OpenFiles::Use OpenFiles::use(Files::iterator file) {
  ++file->uses;
  files_.splice(files_.begin(), files_, file);
  return {*this, *file};
}

OpenFiles::Use OpenFiles::find(std::string_view tenant) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_tenant_.find(tenant);
  if (closed_ || found == by_tenant_.end() || !found->second->engine) return {};
  return use(found->second);
}

OpenFiles::Use OpenFiles::get(std::string_view tenant, Deadline deadline, std::string_view subject) {
  const Deadline until = wait_end(deadline, longest_wait_);
  std::optional<Deadline> waiting_since;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (closed_) {
      throw Error(Error::Kind::unavailable, "the database is closed; open it again",
                  {.sqlstate = "08003", .statement = {}, .constraint = {}, .hint = {}});
    }
    if (const auto found = by_tenant_.find(tenant); found != by_tenant_.end()) {
      if (found->second->engine) {
        if (waiting_since) note_waited(*waiting_since);
        return use(found->second);
      }
      if (!waiting_since) waiting_since = std::chrono::steady_clock::now();
      wait(lock, until, subject);
    } else if (files_.size() + closing_ < most_) {
      if (waiting_since) note_waited(*waiting_since);
      return open(lock, tenant);
    } else if (!make_room(lock)) {
      if (!waiting_since) waiting_since = std::chrono::steady_clock::now();
      wait(lock, until, subject);
    }
  }
}

OpenFiles::Use OpenFiles::open(std::unique_lock<std::mutex>& lock, std::string_view tenant) {
  files_.push_front({.tenant = std::string(tenant), .engine = nullptr, .uses = 1});
  const Files::iterator file = files_.begin();
  by_tenant_.emplace(file->tenant, file);
  lock.unlock();
  std::unique_ptr<Engine> engine;
  try {
    engine = open_(file->tenant);
  } catch (...) {
    lock.lock();
    by_tenant_.erase(file->tenant);
    files_.erase(file);
    changed_->notify_all();
    throw;
  }
  lock.lock();
  if (closed_) engine->close();
  file->engine = std::move(engine);
  changed_->notify_all();
  return {*this, *file};
}

bool OpenFiles::make_room(std::unique_lock<std::mutex>& lock) {
  const auto idle = std::find_if(files_.rbegin(), files_.rend(),
                                 [](const File& file) { return file.uses == 0 && file.engine; });
  if (idle == files_.rend()) return false;
  gone_ += last_counters(*idle->engine);
  by_tenant_.erase(idle->tenant);
  std::unique_ptr<Engine> leaving = std::move(idle->engine);
  files_.erase(std::next(idle).base());
  ++closing_;
  lock.unlock();
  leaving.reset();
  lock.lock();
  --closing_;
  changed_->notify_all();
  return true;
}

void OpenFiles::wait(std::unique_lock<std::mutex>& lock, Deadline until, std::string_view subject) {
  ++waiting_;
  bool in_vain = false;
  if (until == Deadline::max()) {
    changed_->wait(lock);
  } else {
    in_vain = changed_->wait_until(lock, until) == std::cv_status::timeout;
  }
  --waiting_;
  if (in_vain) {
    ++gone_.timeouts;
    throw timeout_error(subject,
                        "all " + std::to_string(most_) +
                            " tenants' files that may be open were in use; end transactions sooner or "
                            "raise Config::sqlite.open_tenants");
  }
}

// The call itself is counted by the file's own pool.
void OpenFiles::note_waited(Deadline since) noexcept {
  ++gone_.waited;
  gone_.acquire_wait_total +=
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - since);
}

void OpenFiles::release(File& file) noexcept {
  if (forks_ != tenon::detail::fork_count()) return;
  const std::scoped_lock lock(mutex_);
  if (--file.uses == 0) changed_->notify_all();
}

PoolStats OpenFiles::stats() {
  const std::scoped_lock lock(mutex_);
  PoolStats stats = gone_;
  stats.waiting = waiting_;
  for (const File& file : files_)
    if (file.engine) stats += file.engine->pool_stats();
  return stats;
}

// Engines stay where they are, so that those in use last as long as their uses.
void OpenFiles::end_each(tenon::detail::FunctionRef<void(Engine&)> end) noexcept {
  if (forks_ != tenon::detail::fork_count()) return;  // the lock may be held for ever
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_->notify_all();
  for (File& file : files_) {
    if (!file.engine) continue;
    ++file.uses;
    lock.unlock();
    end(*file.engine);
    lock.lock();
    --file.uses;
  }
}

bool OpenFiles::drain(Deadline deadline) noexcept {
  bool ended = true;
  end_each([&](Engine& file) { ended = file.drain(deadline) && ended; });
  return ended;
}

void OpenFiles::close() noexcept {
  end_each([](Engine& file) { file.close(); });
}

}  // namespace tenon::sqlite
