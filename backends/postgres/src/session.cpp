#include "session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "batch.hpp"
#include "delivery.hpp"
#include "statement_guard.hpp"

namespace tenon::postgres {

namespace {

constexpr std::chrono::seconds rollback_patience{2};

const char* begin_sql(const backend::TransactionOptions& options) {
  const bool reads = options.access == backend::Access::read;
  switch (options.isolation) {
    case backend::Isolation::repeatable_read:
      return reads ? "begin isolation level repeatable read read only"
                   : "begin isolation level repeatable read read write";
    case backend::Isolation::serializable:
      return reads ? "begin isolation level serializable read only"
                   : "begin isolation level serializable read write";
    case backend::Isolation::read_committed:
      break;
  }
  return reads ? "begin isolation level read committed read only"
               : "begin isolation level read committed read write";
}

// Within a handler: why the transaction has failed.
Error failure_in(const backend::Statement& statement, const char* what) {
  std::string why = "an exception of the host's";
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
  }
  return {Error::Kind::invalid_argument, std::string(statement.name) + ": " + what + ": " + why};
}

// As far as its text and the server's answer tell; not what functions did that it calls.
bool wrote(const backend::Statement& statement, const PGresult* result) {
  if (statement.access == backend::Access::write) return true;
  const char* const tag = PQcmdStatus(const_cast<PGresult*>(result));
  return tag == nullptr || !std::string_view(tag).starts_with("SELECT") || has_writing_query(statement.sql);
}

std::string savepoint_name(unsigned depth) {
  return "tenon_" + std::to_string(depth);
}

}  // namespace

void roll_back(Connection& connection) noexcept {
  try {
    if (!connection.lost() && !connection.given_up() && connection.answered()) {
      Flight flight(connection, false, std::chrono::steady_clock::now() + rollback_patience);
      flight.command(Step::statement, "rollback");
      flight.sync();
      flight.give_up_when_late();
      if (flight.land().ok()) return;
    }
  } catch (...) {  // out of memory: closing the connection rolls back as well
  }
  connection.give_up();
}

void require_commit_tag(std::string_view tag, std::string_view operation) {
  if (tag == "COMMIT") return;
  throw Error(
      Error::Kind::constraint_violation,
      std::string(operation) + ": a statement of the transaction had failed, so the server rolled it back");
}

PostgresSession::PostgresSession(std::shared_ptr<Context> context, const backend::Principal& principal,
                                 const backend::TransactionOptions& options)
    : context_(std::move(context)),
      tenant_(principal.tenant),
      role_(principal.role),
      actor_(principal.actor),
      options_(options),
      lease_(context_->acquire({.deadline = options.deadline, .taken_at = options.taken_at})) {}

PostgresSession::~PostgresSession() {
  rollback();
}

void PostgresSession::require_open(std::string_view operation) const {
  if (lease_ && connection().inherited()) {
    throw Error(
        Error::Kind::unavailable,
        std::string(operation) +
            ": the transaction was begun before this process was forked, and its connection belongs "
            "to the parent");
  }
  if (!lease_) {
    throw Error(Error::Kind::invalid_argument,
                std::string(operation) + ": the transaction has ended already");
  }
  if (failure_) {
    throw Error(
        failure_->kind(),
        std::string(operation) + ": the transaction failed before (" + failure_->what() + "); roll it back",
        failure_->detail());
  }
  if (options_.deadline <= std::chrono::steady_clock::now()) {
    throw Error(Error::Kind::timeout,
                std::string(operation) + ": the transaction's time is over; nothing was sent");
  }
}

Terms PostgresSession::terms(std::string_view operation) const {
  return {operation, options_.access == backend::Access::write, false};
}

Flight PostgresSession::flight(backend::Deadline deadline) const {
  return Flight(connection(), context_->options().prepared_statements,
                std::min(deadline, options_.deadline));
}

void PostgresSession::open(Flight& flight, bool raw) {
  const SearchPath wanted = raw ? SearchPath::raw : SearchPath::login;
  if (!begun_) {
    flight.housekeep();
    flight.command(options_.access == backend::Access::write ? Step::begin_writing : Step::begin,
                   begin_sql(options_));
    flight.bind(context_->binding(), principal(), true, raw ? Raw::writes : Raw::no);
    begun_ = true;
  } else if (search_path_ != wanted) {
    flight.command(Step::bind, raw ? context_->binding().search_path_sql().c_str()
                                   : "set local search_path to default");
  }
  search_path_ = wanted;
  raw_used_ = raw_used_ || raw;
}

void PostgresSession::check(const Landing& landing, std::string_view operation) {
  if (landing.ok()) return;
  if (options_.access == backend::Access::write) outdate_if_read_only(lease_, landing);
  Error error = error_of(landing, terms(operation));
  if (landing.error && needs_prepare_again(*landing.error)) {
    error =
        Error(Error::Kind::serialization_failure,
              std::string(operation) +
                  ": the schema changed under a prepared statement, which is now prepared anew; run the "
                  "transaction again",
              error.detail());
  }
  failure_ = error;
  throw Error(error);
}

std::uint64_t PostgresSession::execute(const backend::Call& call) {
  constexpr int most_attempts = 4;
  require_open(call.statement.name);
  const bool reads = call.statement.access == backend::Access::read;
  const bool rows_wanted = !call.statement.columns.empty();
  for (int attempt = 1;; ++attempt) {
    const bool first = !begun_;
    Flight flight = this->flight(call.deadline);
    flight.stage(call.statement, call.parameters, call.raw);
    open(flight, call.raw);
    flight.statement(call.statement);
    flight.sync();
    Delivery delivery(call);
    const Landing landing = call.stream
                                ? flight.land([&](const PGresult* row) { return delivery.one(row); }, false)
                                : flight.land();
    if (first && !landing.ok() && untouched(landing) && attempt < most_attempts) {
      begin_elsewhere();
      continue;
    }
    check(landing, call.statement.name);
    try {
      delivery.finish();
      if (!call.stream) delivery.all(landing.rows.get());
    } catch (...) {
      if (call.raw && wrote(call.statement, landing.rows.get()))
        failure_ = failure_in(call.statement, "its rows were not taken");
      throw;
    }
    return reads && (rows_wanted || call.stream) ? delivery.rows() : landing.affected;
  }
}

// The connection was lost before anything was done on it.
void PostgresSession::begin_elsewhere() {
  lease_.release();
  lease_ = context_->acquire({.deadline = options_.deadline, .taken_at = options_.taken_at});
  begun_ = false;
  search_path_ = SearchPath::login;
}

std::uint64_t PostgresSession::insert(const backend::BatchInsert& batch) {
  require_open(batch.row.name);
  if (batch.row_count >= copy_from_rows && context_->may_stage()) return copy(batch, batch.deadline);
  ArrayInsert rows(batch);
  Flight flight = this->flight(batch.deadline);
  open(flight);
  try {
    rows.add_to(flight);
  } catch (...) {
    failure_ = failure_in(batch.row, "the batch was abandoned by its rows");
    flight.abandon();
    throw;
  }
  flight.sync();
  const Landing landing = flight.land();
  check(landing, batch.row.name);
  return batch.row_count;
}

std::uint64_t PostgresSession::copy(const backend::BatchInsert& batch, backend::Deadline deadline) {
  const Staging staging(batch);
  Flight create = flight(deadline);
  open(create);
  create.command(Step::begin, "savepoint tenon_staging");
  create.command(Step::statement, staging.create_sql().c_str());
  create.command(Step::commit, "release savepoint tenon_staging");
  create.sync();
  const Landing created = create.land();
  if (Staging::refused(created)) {
    context_->stage_no_more();
    command("rollback to savepoint tenon_staging", batch.row.name);
    return insert(batch);
  }
  check(created, batch.row.name);
  try {
    staging.fill(connection(), std::min(deadline, options_.deadline));
  } catch (...) {
    failure_ = failure_in(batch.row, "the batch was abandoned by its rows");
    throw;
  }
  Flight insert = flight(deadline);
  insert.command(Step::statement, staging.insert_sql().c_str());
  insert.command(Step::housekeeping, staging.clear_sql().c_str());
  insert.sync();
  const Landing landing = insert.land();
  check(landing, batch.row.name);
  return batch.row_count;
}

void PostgresSession::command(const std::string& sql, std::string_view operation) {
  Flight flight = this->flight(backend::Deadline::max());
  if (!begun_) open(flight);
  flight.command(Step::statement, sql.c_str());
  flight.sync();
  check(flight.land(), operation);
}

void PostgresSession::savepoint(unsigned depth) {
  require_open("savepoint");
  command("savepoint " + savepoint_name(depth), "savepoint");
}

void PostgresSession::release(unsigned depth) {
  require_open("release savepoint");
  command("release savepoint " + savepoint_name(depth), "release savepoint");
}

void PostgresSession::rollback_to(unsigned depth) {
  const std::optional<Error> before = std::exchange(failure_, std::nullopt);
  require_open("rollback to savepoint");
  if (connection().lost() || !connection().answered()) {
    failure_ = before;
    require_open("rollback to savepoint");
  }
  if (raw_used_) search_path_ = SearchPath::unknown;  // the rollback takes it along
  command("rollback to savepoint " + savepoint_name(depth), "rollback to savepoint");
}

void PostgresSession::commit() {
  if (lease_ && failure_) {
    const Error failure = *failure_;
    rollback();
    throw Error(failure.kind(),
                std::string("commit: the transaction had failed and was rolled back: ") + failure.what(),
                failure.detail());
  }
  require_open("commit");
  if (!begun_) {
    lease_.release();
    return;
  }
  Flight flight = this->flight(backend::Deadline::max());
  flight.command(Step::commit, "commit");
  flight.sync();
  if (raw_used_) flight.look_for_temporary_tables();
  const Landing landing = flight.land();
  lease_.release();
  Terms all = terms("commit");
  all.commits = true;
  require_ok(landing, all);
  require_commit_tag(landing.commit_tag, "commit");
}

void PostgresSession::rollback() noexcept {
  if (!lease_) return;
  if (begun_) roll_back(connection());
  lease_.release();
}

}  // namespace tenon::postgres
