#include "run.hpp"

#include <random>
#include <thread>
#include <utility>

#include <tenon/detail/later.hpp>
#include <tenon/enum_name.hpp>

#include "execute.hpp"

namespace tenon::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view lock_name = "tenon.migrate";

// Waiting inside the database would deadlock with statements that wait for every transaction to end, such
// as CREATE INDEX CONCURRENTLY; so all waiting is this sleep.
void pause() {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(milliseconds{25 + random() % 50});
}

}  // namespace

MigratorSession::MigratorSession(backend::Engine& engine, const Source& source, RunOptions options)
    : engine_(engine),
      source_(source),
      options_(std::move(options)),
      on_(engine.maintenance()),
      history_(*on_, engine.dialect(), source.component),
      journal_(*on_, engine.dialect(), source.component) {}

MigratorSession::~MigratorSession() {
  if (!locked_) return;
  on_->rollback();
  on_->unlock(lock_name);
}

void MigratorSession::wait_or_throw(const Error& error, steady_clock::time_point deadline) const {
  if (error.kind() != Error::Kind::busy) throw Error(error);
  if (steady_clock::now() >= deadline)
    throw Error(Error::Kind::busy,
                "migrate: the database stayed locked for the lock timeout of " +
                    std::to_string(options_.lock_timeout.count()) + " ms: " + error.what(),
                error.detail());
  pause();
}

const Record& MigratorSession::read() {
  record_ = patiently([&] { return history_.read(); });
  applied_ = replay(record_.events);
  return record_;
}

void MigratorSession::take_lock() {
  const auto began = steady_clock::now();
  auto told = began - std::chrono::seconds{1};
  while (!on_->try_lock(lock_name)) {
    const auto now = steady_clock::now();
    if (now >= later(began, options_.lock_timeout))
      throw Error(Error::Kind::timeout,
                  "migrate: another migrator did not finish within the lock timeout of " +
                      std::to_string(options_.lock_timeout.count()) + " ms");
    if (options_.observer && now - told >= std::chrono::seconds{1}) {
      told = now;
      MigrationProgress progress;
      progress.phase = MigrationProgress::Phase::waiting;
      progress.component = source_.component;
      progress.elapsed = std::chrono::duration_cast<milliseconds>(now - began);
      options_.observer(progress);
    }
    pause();
  }
}

void MigratorSession::lock() {
  if (locked_) return;
  on_->require_own_session();
  take_lock();
  locked_ = true;
  settle();
  read();
  if (history_.exists()) return;  // to create what is there takes rights that using it does not
  patiently([&] { history_.create(); });
  read();
}

void MigratorSession::settle() {
  if (settled_) return;
  patiently([&] { on_->reset(); });
  settled_ = true;
}

bool MigratorSession::begin() {
  patiently([&] { on_->begin(); });
  try {
    if (!on_->holds_lock(lock_name)) {
      Error::Detail detail;
      detail.code = "migration-lock-lost";
      throw Error(Error::Kind::unavailable,
                  "migrate: the session that has the migrator's lock is not this one any more; something "
                  "between this program and the database changes sessions; give a direct URL for "
                  "migrations",
                  std::move(detail));
    }
    if (!as_itself([&] { return history_.moved(); })) return true;
  } catch (...) {
    on_->rollback();
    throw;
  }
  on_->rollback();
  return false;
}

void MigratorSession::commit_transaction() {
  try {
    on_->commit();
  } catch (const Error& error) {
    on_->rollback();
    if (error.kind() != Error::Kind::unavailable || error.detail().code == "tenant-file-behind") throw;
    throw Error(Error::Kind::outcome_unknown,
                std::string("migrate: the connection was lost during the commit, so it may be applied or "
                            "not; look with: ") +
                    command(source_.component, "status"),
                error.detail());
  }
}

void MigratorSession::commit(MigrationEvent& event, bool journaled) {
  try {
    as_itself([&] {
      history_.add(event);
      if (journaled) journal_.clear(event.version);
    });
  } catch (...) {
    on_->rollback();
    throw;
  }
  commit_transaction();
  history_.added(event);
  record_.journals.erase({event.version, MigrationDirection::up});
  record_.journals.erase({event.version, MigrationDirection::down});
  play(applied_, event);
  record_.events.push_back(event);
}

bool MigratorSession::try_write(std::vector<MigrationEvent>& events) {
  if (events.empty()) return true;
  if (!begin()) return false;
  try {
    std::int64_t before = 0;
    for (MigrationEvent& event : events) {
      event.seq = before == 0 ? 0 : before + 1;
      history_.add(event);
      before = event.seq;
      if (event.action != MigrationEvent::Action::repaired) journal_.clear(event.version);
    }
  } catch (...) {
    on_->rollback();
    throw;
  }
  commit_transaction();
  read();
  return true;
}

MigrationEvent MigratorSession::event(const Step& step, MigrationEvent::Action action) const {
  const Migration& migration = source_.migrations[step.index];
  MigrationEvent event;
  event.version = migration.version;
  event.name = migration.name;
  event.action = action;
  event.checksum = source_.checksums[step.index];
  event.at = now();
  event.actor = options_.actor;
  return event;
}

MigrationReport MigratorSession::carry_out(const Goal& goal) {
  MigrationReport report;
  report.component = source_.component;
  const auto plan = [&] {
    Goal rest = goal;
    if (goal.kind == Goal::Kind::down_by) rest.count -= report.reverted.size();
    return steps_to(rest, source_, record_, applied_, options_.allow_out_of_order);
  };
  read();
  if (!plan().empty()) {
    lock();
    std::vector<Step> steps = plan();
    for (std::size_t next = 0; next < steps.size();) {
      const Step step = steps[next];
      if (!run_file(*this, step)) {  // somebody was faster
        settle();
        read();
        steps = plan();
        next = 0;
        continue;
      }
      const std::int64_t version = source_.migrations[step.index].version;
      (step.direction == MigrationDirection::up ? report.applied : report.reverted).push_back(version);
      ++next;
    }
  }
  report.version = version();
  return report;
}

}  // namespace tenon::detail
