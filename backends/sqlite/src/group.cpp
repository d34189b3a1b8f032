#include "group.hpp"

#include <algorithm>
#include <string>

namespace tenon::sqlite {
namespace {

using backend::Deadline;
using std::chrono::steady_clock;

void run(Connection& writer, WriteRequest& request) {
  refuse_late(request.deadline(), request.subject());
  request.changed = request.call != nullptr
                        ? execute(writer, *request.call, request.tenant, request.progress)
                        : insert(writer, *request.batch, request.progress);
}

void run_until(Connection& writer, WriteRequest& request, Deadline limit) {
  backend::Call call = *request.call;
  call.deadline = limit;
  request.changed = execute(writer, call, request.tenant, request.progress);
}

bool is_raw(const WriteRequest& request) noexcept {
  return request.call != nullptr && request.call->raw;
}

// A statement that fails is undone by SQLite itself, or it says so (Progress::half_done). A savepoint,
// which costs a third of an insert, is for what may fail after a statement has ended: its caller throws at
// a row, or it is one of several.
bool needs_savepoint(const WriteRequest& request) noexcept {
  return request.call == nullptr || request.call->raw || !request.call->statement.columns.empty();
}

// With deferred foreign keys a violation would stop everybody's COMMIT.
bool violates_deferred_keys(Connection& writer) noexcept {
  int outstanding = 0;
  int highest = 0;
  sqlite3_db_status(writer.handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &outstanding, &highest, 0);
  return outstanding > 0;
}

class Group {
 public:
  Group(Connection& writer, WriteRequest& first, JoinGroup join, LateRequest late)
      : writer_(writer), pending_{&first}, join_(join), late_(late) {}

  void run_all() {
    const Deadline start = steady_clock::now();
    while (!pending_.empty()) {
      drop_late();
      if (pending_.empty()) return;
      if (pending_.size() == 1 && all_here_) {
        run_alone(writer_, *pending_.front());
        return;
      }
      if (!begin(start)) continue;
      run_each();
    }
  }

 private:
  void drop_late() {
    const Deadline now = steady_clock::now();
    std::erase_if(pending_, [&](WriteRequest* request) {
      if (request->deadline() > now) return false;
      request->error = std::make_exception_ptr(
          timeout_error(request->subject(), "it waited for the writer; it was not started"));
      late_(*request);
      return true;
    });
  }

  // False: nothing began; whoever could wait no longer has been told.
  bool begin(Deadline start) {
    Deadline earliest = Deadline::max();
    for (const WriteRequest* request : pending_) earliest = std::min(earliest, request->deadline());
    try {
      writer_.begin_immediate(earliest);
      return true;
    } catch (const Error& failure) {
      const bool some_may_wait =
          failure.kind() == Error::Kind::timeout && steady_clock::now() - start < writer_.busy_timeout();
      if (!some_may_wait) fail_all(failure);
      return false;
    }
  }

  void fail_all(const Error& failure) {
    for (WriteRequest* request : pending_) {
      // An error of its own may have come from what another member wrote, and that is gone.
      if (!request->error || !request->progress.rows_delivered)
        request->error = for_request(failure, *request);
    }
    pending_.clear();
  }

  // Each caller gets an exception object of its own, under its own statement's name.
  static std::exception_ptr for_request(const Error& failure, const WriteRequest& request) {
    Error::Detail detail = failure.detail();
    detail.statement = request.subject();
    return std::make_exception_ptr(
        Error(failure.kind(), std::string(request.subject()) + ": " + failure.what(), std::move(detail)));
  }

  void run_each() {
    for (std::size_t i = 0;;) {
      while (!all_here_ && (i == pending_.size() || needs_savepoint(*pending_[i]))) let_join(i);
      if (i == pending_.size()) break;
      bool goes_on = true;
      if (savepoints_for_all_ || needs_savepoint(*pending_[i])) {
        goes_on = run_within_savepoint(*pending_[i], patience_of_the_first(i));
      } else {
        run_plainly(*pending_[i]);
      }
      if (!goes_on) {
        pending_[i]->put_off = true;
        pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      if (!writer_.in_transaction()) {
        run_again_without(i);
        return;
      }
      if (goes_on) ++i;
    }
    try {
      writer_.commit();
    } catch (const Error& failure) {
      fail_all(failure);
    }
    pending_.clear();
  }

  // Before the requests from `next` on run. First come those that can run again, whatever becomes of the
  // others.
  void let_join(std::size_t next) {
    const std::size_t before = pending_.size();
    join_(pending_);
    all_here_ = pending_.size() == before;
    std::stable_partition(pending_.begin() + static_cast<std::ptrdiff_t>(next), pending_.end(),
                          [](const WriteRequest* request) { return !needs_savepoint(*request); });
  }

  void run_plainly(WriteRequest& request) noexcept {
    try {
      run(writer_, request);
    } catch (...) {
      request.error = std::current_exception();
      if (request.progress.half_done) writer_.rollback();  // the others run again
      return;
    }
    if (violates_deferred_keys(writer_)) {
      savepoints_for_all_ = true;  // all once more, and only this one undone
      writer_.rollback();
    }
  }

  // How long those that have run can wait for one that comes after them, and still run again.
  Deadline patience_of_the_first(std::size_t count) const noexcept {
    Deadline earliest = Deadline::max();
    for (std::size_t i = 0; i < count; ++i) earliest = std::min(earliest, pending_[i]->deadline());
    const Deadline now = steady_clock::now();
    return earliest == Deadline::max() ? earliest : now + (earliest - now) / 2;
  }

  // False: the host's own SQL took longer than `patience`; it did nothing, and is to run without the
  // others.
  bool run_within_savepoint(WriteRequest& request, Deadline patience) noexcept {
    const bool is_hurried = is_raw(request) && patience < request.deadline();
    try {
      writer_.savepoint(0);
      if (is_hurried) {
        run_until(writer_, request, patience);
      } else {
        run(writer_, request);
      }
      if (violates_deferred_keys(writer_))
        throw writer_.error(SQLITE_CONSTRAINT_FOREIGNKEY, request.subject());
      writer_.release(0);
    } catch (...) {
      request.error = std::current_exception();
      undo();
      if (!is_hurried || steady_clock::now() < patience) return true;
      if (request.progress.rows_delivered) request.call->start_over();
      request.progress = {};
      request.error = nullptr;
      return false;
    }
    return true;
  }

  void undo() noexcept {
    try {
      if (!writer_.in_transaction()) return;
      writer_.rollback_to(0);
      writer_.release(0);
    } catch (...) {
      writer_.rollback();
    }
  }

  // The transaction is gone, with all that ran in it. Request `failed` was the last that ran; it runs
  // again, too, unless it has an error.
  void run_again_without(std::size_t failed) {
    for (std::size_t i = 0; i < failed; ++i) {
      WriteRequest& request = *pending_[i];
      if (!request.progress.rows_delivered) {
        request.error = nullptr;  // it may have come from what another member wrote, and that is gone
      } else if (!request.error) {
        request.error = cannot_run_again(request);
      }
    }
    std::erase_if(pending_, [](const WriteRequest* request) { return request->error != nullptr; });
  }

  static std::exception_ptr cannot_run_again(const WriteRequest& request) {
    const std::string subject(request.subject());
    return std::make_exception_ptr(
        Error(Error::Kind::busy,
              subject + ": a write of another caller in the same commit was cancelled; nothing was stored, "
                        "run it again",
              {.sqlstate = "40001", .statement = subject, .constraint = {}, .hint = {}}));
  }

  Connection& writer_;
  std::vector<WriteRequest*> pending_;
  JoinGroup join_;
  LateRequest late_;
  bool all_here_ = false;
  bool savepoints_for_all_ = false;
};

}  // namespace

void run_alone(Connection& writer, WriteRequest& request) {
  try {
    // A statement that gives no rows back is a transaction by itself; it takes the write lock first, as
    // BEGIN IMMEDIATE does. With rows the callback must have had its say before anything commits.
    // A raw one needs the lock before it looks at the schema.
    if (request.call != nullptr && request.call->statement.columns.empty() && !request.call->raw) {
      run(writer, request);
      return;
    }
    writer.begin_immediate(request.deadline());
    if (is_raw(request)) writer.savepoint(0);
    run(writer, request);
    writer.commit();
  } catch (...) {
    request.error = std::current_exception();
    writer.rollback();
  }
}

void run_group(Connection& writer, WriteRequest& first, JoinGroup join, LateRequest late) {
  Group(writer, first, join, late).run_all();
}

}  // namespace tenon::sqlite
