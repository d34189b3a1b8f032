#include "engine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <tenon/detail/later.hpp>
#include <tenon/detail/recent_time.hpp>
#include <tenon/detail/url_text.hpp>
#include <tenon/error.hpp>

#include "backup.hpp"
#include "batch.hpp"
#include "bundled_migrations.hpp"
#include "maintenance.hpp"
#include "outcome.hpp"
#include "probe.hpp"
#include "session.hpp"

namespace tenon::postgres {

namespace {

// [[gnu::hot]], here and wherever a statement passes: the linker lays what has it side by side. Where the
// server's processes share the processors, the code of a call is cold at each one, and spread over the
// binary it took three times as many pages.

constexpr int most_attempts = 4;

// Nothing was done, and another connection, or a statement prepared anew, may do it.
bool came_to_nothing(const Landing& landing) {
  return untouched(landing) ||
         (landing.end == Landing::End::complete && landing.error && needs_prepare_again(*landing.error));
}

void take_rows(Flight& flight, ArrayInsert& rows) {
  try {
    rows.add_to(flight);
  } catch (...) {
    flight.command(Step::housekeeping, "rollback");  // what was sent belongs to one implicit transaction
    flight.abandon();
    throw;
  }
}

Raw raw_of(const backend::Call& call) {
  if (!call.raw) return Raw::no;
  return call.statement.access == backend::Access::read ? Raw::reads : Raw::writes;
}

Terms terms_of(const backend::Call& call) {
  return {call.statement.name, call.statement.access == backend::Access::write, true,
          raw_of(call) == Raw::reads};
}

}  // namespace

PostgresEngine::PostgresEngine(const Config& config) : context_(std::make_shared<Context>(config)) {
  constexpr std::chrono::seconds for_its_error{1};  // rather than only that it took too long
  const backend::Deadline deadline = tenon::detail::later(context_->connect_deadline(), for_its_error);
  context_->acquire({.deadline = deadline, .fail_in_outage = true}).release();
}

PostgresEngine::~PostgresEngine() {
  context_->close();
}

std::string PostgresEngine::version() {
  const auto lease = context_->acquire({.deadline = context_->connect_deadline()});
  const char* const version = PQparameterStatus(Context::of(lease).raw(), "server_version");
  return std::string("PostgreSQL ") + (version == nullptr ? "of unknown version" : version);
}

[[gnu::hot]] Landing PostgresEngine::fly(Connection& connection, const backend::Principal& principal,
                                         const backend::Call& call, Delivery& delivery) const {
  Flight flight(connection, context_->options().prepared_statements, call.deadline);
  flight.stage(call.statement, call.parameters, call.raw);
  flight.housekeep();
  flight.bind(context_->binding(), principal, true, raw_of(call));
  flight.statement(call.statement);
  flight.sync();
  if (raw_of(call) == Raw::writes) flight.look_for_temporary_tables();
  if (!call.stream) return flight.land();
  return flight.land([&](const PGresult* row) { return delivery.one(row); },
                     call.statement.access == backend::Access::read);
}

[[gnu::hot]] std::uint64_t PostgresEngine::execute(const backend::Principal& principal,
                                                   const backend::Call& call) {
  const bool reads = call.statement.access == backend::Access::read;
  if (call.raw && !reads && !call.statement.columns.empty()) return execute_returning(principal, call);
  for (int attempt = 1;; ++attempt) {
    auto lease = context_->acquire({.deadline = call.deadline});
    Delivery delivery(call);
    const Landing landing = fly(Context::of(lease), principal, call, delivery);
    const bool idle_before = !lease.fresh();
    if (!reads) outdate_if_read_only(lease, landing);
    lease.release();
    delivery.finish();
    if (!landing.ok() && attempt < most_attempts && delivery.rows() == 0) {
      // What the host's SQL calls may do more than read, outside the database too.
      const bool lost_read =
          landing.end == Landing::End::lost && !landing.error && reads && !call.raw && idle_before;
      if (came_to_nothing(landing) || lost_read) continue;
    }
    require_ok(landing, terms_of(call));
    if (!call.stream) delivery.all(landing.rows.get());
    const bool rows_wanted = !call.statement.columns.empty();
    return reads && (rows_wanted || call.stream) ? delivery.rows() : landing.affected;
  }
}

// What the host's SQL gives may be no values of the declared types, and is looked at before it is kept.
std::uint64_t PostgresEngine::execute_returning(const backend::Principal& principal,
                                                const backend::Call& call) {
  for (int attempt = 1;; ++attempt) {
    const auto session = begin(principal, {.deadline = call.deadline});
    std::uint64_t affected = 0;
    try {
      affected = session->execute(call);
    } catch (const Error& error) {  // no row was given yet
      if (error.kind() == Error::Kind::serialization_failure && attempt < most_attempts) continue;
      throw;
    }
    session->commit();
    return affected;
  }
}

std::uint64_t PostgresEngine::insert(const backend::Principal& principal,
                                     const backend::BatchInsert& batch) {
  if (batch.row_count >= copy_from_rows && context_->may_stage()) return copy(principal, batch);
  ArrayInsert rows(batch);
  for (int attempt = 1;; ++attempt) {
    auto lease = context_->acquire({.deadline = batch.deadline});
    Flight flight(Context::of(lease), context_->options().prepared_statements, batch.deadline);
    flight.housekeep();
    flight.bind(context_->binding(), principal, true);
    if (attempt > 1) {
      rows.add_again(flight);
    } else {
      take_rows(flight, rows);
    }
    flight.sync();
    const Landing landing = flight.land();
    outdate_if_read_only(lease, landing);
    if (!landing.ok() && attempt < most_attempts && rows.repeatable() && came_to_nothing(landing)) continue;
    require_ok(landing, {batch.row.name, true, true});
    return batch.row_count;
  }
}

std::uint64_t PostgresEngine::copy(const backend::Principal& principal, const backend::BatchInsert& batch) {
  auto lease = context_->acquire({.deadline = batch.deadline});
  Connection& connection = Context::of(lease);
  const Staging staging(batch);
  const bool named = context_->options().prepared_statements;
  Terms terms{batch.row.name, true, false};

  Flight begin(connection, named, batch.deadline);
  begin.command(Step::begin, "begin");
  begin.bind(context_->binding(), principal, false);
  begin.command(Step::statement, staging.create_sql().c_str());
  begin.sync();
  try {
    const Landing begun = begin.land();
    outdate_if_read_only(lease, begun);
    if (Staging::refused(begun)) {
      roll_back(connection);
      lease.release();
      context_->stage_no_more();
      return insert(principal, batch);
    }
    require_ok(begun, terms);
    staging.fill(connection, batch.deadline);
  } catch (...) {
    roll_back(connection);
    throw;
  }

  Flight end(connection, named, batch.deadline);
  end.command(Step::statement, staging.insert_sql().c_str());
  end.sync();  // before the commit, so that an error leaves no aborted transaction behind
  end.command(Step::commit, "commit");
  end.sync();
  const Landing landing = end.land();
  outdate_if_read_only(lease, landing);
  terms.commits = true;
  require_ok(landing, terms);
  require_commit_tag(landing.commit_tag, terms.operation);
  return batch.row_count;
}

std::unique_ptr<backend::Session> PostgresEngine::begin(const backend::Principal& principal,
                                                        const backend::TransactionOptions& options) {
  return std::make_unique<PostgresSession>(context_, principal, options);
}

std::unique_ptr<backend::Maintenance> PostgresEngine::maintenance() {
  auto session = context_->enter_maintenance();  // before the question, so that drain() sees it
  if (context_->closed()) {
    throw Error(Error::Kind::unavailable, "the database " + context_->target().name() + " is closed");
  }
  return open_maintenance([context = context_, session = std::move(session)] {
    return context->migration_target().connect(context->connect_deadline());
  });
}

std::unique_ptr<backend::Probe> PostgresEngine::probe(backend::Deadline deadline) {
  if (context_->closed()) {
    throw Error(Error::Kind::unavailable, "the database " + context_->target().name() + " is closed");
  }
  const auto is_current = [context = context_, generation = context_->pool_generation()] {
    return context->pool_generation() == generation;
  };
  return std::make_unique<Probe>(context_->target().connect(deadline, context_->closing()), is_current);
}

std::vector<Finding> PostgresEngine::inspect() {
  return context_->inspect(context_->connect_deadline());
}

std::span<const EmbeddedMigration> PostgresEngine::bundled_migrations() const noexcept {
  return postgres::bundled_migrations();
}

std::unique_ptr<backend::Subscription> PostgresEngine::listen(std::vector<std::string> channels,
                                                              backend::Subscriber subscriber) {
  return context_->listen(std::move(channels), std::move(subscriber));
}

backend::BackupForm PostgresEngine::backup_form() const {
  return {tenon::detail::percent_encoded(context_->migration_target().database_name()), ".dump"};
}

void PostgresEngine::write_backup(const std::string& path, const BackupOptions& options,
                                  backend::Deadline deadline) {
  const auto go_on = [&] {
    if (context_->closed())
      throw Error(Error::Kind::unavailable,
                  "backup: the database " + context_->target().name() + " is closed");
    if (tenon::detail::has_come(deadline))
      throw Error(Error::Kind::timeout, "backup: the deadline passed while it was written",
                  {.sqlstate = "57014", .statement = {}, .constraint = {}, .hint = {}});
  };
  go_on();
  try {
    require_all_rows(context_->migration_target(), std::min(deadline, context_->connect_deadline()),
                     context_->closing());
  } catch (const Error&) {
    go_on();
    throw;
  }
  dump(context_->migration_target(), path, options.pg_dump, go_on);
}

bool PostgresEngine::drain(backend::Deadline deadline) noexcept {
  return context_->drain(deadline);
}

void PostgresEngine::close() noexcept {
  context_->close();
}

}  // namespace tenon::postgres
