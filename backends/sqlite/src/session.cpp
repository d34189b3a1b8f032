#include "session.hpp"

#include <algorithm>
#include <utility>

#include "execute.hpp"

namespace tenon::sqlite {
namespace {

using backend::Access;
using backend::Deadline;

}  // namespace

void refuse_in_child() {
  throw Error(Error::Kind::unavailable,
              "the database was opened before this process was forked, and SQLite's connections do not "
              "survive that; close it before the fork, or run another program by exec()",
              {.sqlstate = "08003", .statement = {}, .constraint = {}, .hint = {}});
}

void require_writing_role(const backend::Principal& principal, std::string_view subject) {
  if (principal.role == Role::customer) return;
  throw Error(Error::Kind::permission_denied,
              std::string(subject) + ": the role " + std::string(to_string(principal.role)) +
                  " may not write; use a scope of the role customer",
              {.sqlstate = "42501", .statement = std::string(subject), .constraint = {}, .hint = {}});
}

void require_tenant_of_raw(Role role, const backend::Call& call) {
  if (!call.raw || role != Role::administrator) return;
  const std::string subject(call.statement.name);
  throw Error(Error::Kind::permission_denied,
              subject + ": an administrator has no raw SQL; use a TenantScope",
              {.sqlstate = "42501", .statement = subject, .constraint = {}, .hint = {}});
}

Session::Session(Lease lease, const backend::Principal& principal,
                 const backend::TransactionOptions& options, std::shared_ptr<const bool> open)
    : open_(std::move(open)),
      lease_(std::move(lease)),
      connection_(std::visit([](auto& held) { return &held.connection(); }, *lease_)),
      tenant_(principal.tenant),
      role_(principal.role),
      may_write_(options.access == Access::write),
      deadline_(options.deadline) {
  if (may_write_) {
    require_writing_role(principal, "begin");
    connection_->begin_immediate(deadline_);
  } else {
    connection_->begin_deferred();
  }
}

Session::~Session() {
  rollback();
}

Connection& Session::open_connection(std::string_view subject) {
  if (forks_ != tenon::detail::fork_count()) refuse_in_child();
  if (!lease_) {
    throw Error(Error::Kind::invalid_argument,
                std::string(subject) + ": the transaction has ended; begin another",
                {.sqlstate = "25P01", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
  if (half_done_by_) {
    throw Error(half_done_by_->kind(),
                std::string(subject) + ": the transaction failed before (" + half_done_by_->what() +
                    "); roll it back, or back to a savepoint",
                {.sqlstate = "25P02", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
  if (!connection_->in_transaction()) {
    const Error::Kind kind = undone_by_ ? undone_by_->kind() : Error::Kind::cancelled;
    throw Error(kind,
                std::string(subject) +
                    ": SQLite has rolled the transaction back because of an earlier error; begin another",
                {.sqlstate = "40000", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
  return *connection_;
}

Deadline Session::sooner(Deadline deadline) const noexcept {
  return std::min(deadline, deadline_);
}

void Session::refuse_write(const backend::Statement& statement) const {
  if (may_write_ || statement.access == Access::read) return;
  throw Error(
      Error::Kind::read_only,
      std::string(statement.name) + ": the transaction was begun for reading; begin it with Access::write",
      {.sqlstate = "25006", .statement = std::string(statement.name), .constraint = {}, .hint = {}});
}

template <class Work>
std::uint64_t Session::guarded(Work&& work) {
  try {
    return work();
  } catch (const Error& failure) {
    if (!connection_->in_transaction() && !undone_by_) undone_by_ = failure;
    throw;
  }
}

template <class Work>
std::uint64_t Session::within_savepoint(Connection& connection, Work&& work) {
  connection.savepoint(0);
  try {
    const std::uint64_t rows = work();
    connection.release(0);
    return rows;
  } catch (...) {
    undo(connection);
    throw;
  }
}

void Session::undo(Connection& connection) noexcept {
  try {
    if (!connection.in_transaction()) return;
    connection.rollback_to(0);
    connection.release(0);
  } catch (...) {
    connection.rollback();
  }
}

std::uint64_t Session::execute(const backend::Call& call) {
  refuse_write(call.statement);
  require_tenant_of_raw(role_, call);
  Connection& connection = open_connection(call.statement.name);
  return guarded([&] {
    const Connection::Limit limit(connection, deadline_);
    Progress progress;
    backend::Call bounded = call;
    bounded.deadline = sooner(call.deadline);
    refuse_late(bounded.deadline, call.statement.name);
    const auto run = [&] { return sqlite::execute(connection, bounded, tenant_, progress); };
    if (call.raw && call.statement.access == Access::write) return within_savepoint(connection, run);
    try {
      return run();
    } catch (const Error& failure) {
      // A savepoint for each would cost a third of an insert.
      if (progress.half_done) half_done_by_ = failure;
      throw;
    }
  });
}

std::uint64_t Session::insert(const backend::BatchInsert& batch) {
  refuse_write(batch.row);
  Connection& connection = open_connection(batch.row.name);
  return guarded([&] {
    const Connection::Limit limit(connection, deadline_);
    Progress progress;
    return within_savepoint(connection, [&] { return sqlite::insert(connection, batch, progress); });
  });
}

Connection& Session::open_in_time(std::string_view subject) {
  Connection& connection = open_connection(subject);
  refuse_late(deadline_, subject);
  return connection;
}

void Session::savepoint(unsigned depth) {
  open_in_time("savepoint").savepoint(depth);
}

void Session::release(unsigned depth) {
  open_in_time("release savepoint").release(depth);
}

void Session::rollback_to(unsigned depth) {
  const std::optional<Error> before = std::exchange(half_done_by_, std::nullopt);
  try {
    open_connection("rollback to savepoint").rollback_to(depth);
  } catch (...) {
    half_done_by_ = before;
    throw;
  }
}

void Session::commit() {
  if (lease_ && half_done_by_) {
    const Error failure = *half_done_by_;
    rollback();
    throw Error(failure.kind(),
                std::string("commit: the transaction had failed and was rolled back: ") + failure.what(),
                failure.detail());
  }
  Connection& connection = open_in_time("commit");
  try {
    connection.commit();
  } catch (...) {
    rollback();
    throw;
  }
  rollback();
}

void Session::rollback() noexcept {
  lease_.reset();
  open_.reset();
}

}  // namespace tenon::sqlite
