#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/migration_progress.hpp>
#include <tenon/migration_report.hpp>

#include "drift.hpp"
#include "history.hpp"
#include "journal.hpp"
#include "plan.hpp"

namespace tenon::detail {

struct RunOptions {
  std::chrono::milliseconds lock_timeout{60'000};
  bool allow_out_of_order = false;
  std::string actor;
  MigrationObserver observer;
  // Put around the work on each file, which returns whether it was done here; null: nothing is.
  std::function<bool(const Migration&, MigrationDirection, FunctionRef<bool()>)> around;
};

// One visit of a migrator to its database, on a maintenance connection of its own: reads the record, keeps
// other migrators out, carries steps out and writes events.
class MigratorSession {
 public:
  MigratorSession(backend::Engine& engine, const Source& source, RunOptions options);
  MigratorSession(const MigratorSession&) = delete;
  MigratorSession& operator=(const MigratorSession&) = delete;
  ~MigratorSession();

  // Reads the record. A database that others hold is asked again, and at last reported: never taken for an
  // empty one.
  const Record& read();
  // Keeps other migrators out until this ends, makes the migrator's tables and reads the record again.
  void lock();
  MigrationReport carry_out(const Goal& goal);
  // Writes events that follow from the record, in one transaction: `make` is called again when somebody was
  // faster, with the record that it left.
  template <class Make>
  std::vector<MigrationEvent> write(Make make) {
    for (;;) {
      std::vector<MigrationEvent> events = make();
      if (try_write(events)) return events;
      read();
    }
  }

  [[nodiscard]] const Record& record() const noexcept { return record_; }
  [[nodiscard]] const Applied& applied() const noexcept { return applied_; }
  [[nodiscard]] const Source& source() const noexcept { return source_; }
  [[nodiscard]] backend::Maintenance& on() noexcept { return *on_; }
  [[nodiscard]] const backend::Dialect& dialect() const noexcept { return engine_.dialect(); }
  [[nodiscard]] bool on_sqlite() const noexcept { return dialect().flavour() == backend::Flavour::sqlite; }
  [[nodiscard]] const Journal& journal() const noexcept { return journal_; }
  [[nodiscard]] const RunOptions& options() const noexcept { return options_; }
  [[nodiscard]] MigrationEvent event(const Step& step, MigrationEvent::Action action) const;
  [[nodiscard]] std::int64_t version() const { return applied_.empty() ? 0 : applied_.rbegin()->first; }

  // Calls `attempt`, again while it throws busy and the lock timeout lasts.
  template <class Attempt>
  auto patiently(Attempt attempt) {
    const auto deadline = later(std::chrono::steady_clock::now(), options_.lock_timeout);
    for (;;) {
      const WaitLimit limit(*on_, deadline);
      try {
        return attempt();
      } catch (const Error& error) {
        wait_or_throw(error, deadline);
      }
    }
  }
  // Within a transaction: works on the migrator's own tables, which the role of a file may not touch.
  template <class Work>
  auto as_itself(Work work) {
    if (settled_) return work();
    if constexpr (std::is_void_v<decltype(work())>) {
      on_->with_own_rights(work);
    } else {
      decltype(work()) result{};
      on_->with_own_rights([&] { result = work(); });
      return result;
    }
  }
  // Begins a transaction in which the record is known to be the newest; false, and no transaction, when
  // somebody was faster.
  [[nodiscard]] bool begin();
  // Adds the event, takes away the notes of a journaled file, and commits what begin() began. Rolls back
  // when it throws.
  void commit(MigrationEvent& event, bool journaled);
  // Gives the session its first settings back, if a file may have changed them.
  void settle();
  void unsettle() noexcept { settled_ = false; }

 private:
  // While it lives no statement waits longer for a lock than until the deadline.
  class WaitLimit {
   public:
    WaitLimit(backend::Maintenance& on, std::chrono::steady_clock::time_point deadline) : on_(on) {
      using std::chrono::milliseconds;
      const auto rest = deadline - std::chrono::steady_clock::now();
      on_.wait_at_most(std::max(std::chrono::duration_cast<milliseconds>(rest), milliseconds{0}));
    }
    WaitLimit(const WaitLimit&) = delete;
    WaitLimit& operator=(const WaitLimit&) = delete;
    ~WaitLimit() { on_.wait_at_most(endless); }

   private:
    backend::Maintenance& on_;
  };

  void wait_or_throw(const Error& error, std::chrono::steady_clock::time_point deadline) const;
  void take_lock();
  [[nodiscard]] bool try_write(std::vector<MigrationEvent>& events);
  void commit_transaction();

  backend::Engine& engine_;
  const Source& source_;
  RunOptions options_;
  std::unique_ptr<backend::Maintenance> on_;
  History history_;
  Journal journal_;
  Record record_;
  Applied applied_;
  bool locked_ = false;
  bool settled_ = false;
};

}  // namespace tenon::detail
