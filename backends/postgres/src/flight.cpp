#include "flight.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <utility>

#include <tenon/backend/round_trips.hpp>

#include "statement_guard.hpp"
#include "types.hpp"

namespace tenon::postgres {

namespace {

constexpr int binary_results = 1;
constexpr int text_results = 0;
// How far a stream of which nobody wants more is read on: so much at most, as long as no wait is longer
// than this. A cancellation costs a connection to the server, and the connection itself where it hits
// nothing.
constexpr std::size_t most_drained = 1U << 20U;  // bytes, as PQresultMemorySize() counts them
constexpr std::chrono::milliseconds drain_patience{10};

// Looked up only where there was ever one. The library's own end with their transaction (batch_copy.cpp).
constexpr std::string_view temporary_tables_sql =
    "select where pg_catalog.pg_my_temp_schema() <> 0 and exists (select from pg_catalog.pg_class "
    "where relnamespace = pg_catalog.pg_my_temp_schema() and relkind in ('r', 'S', 'v', 'm', 'p'))";

std::uint64_t tag_count(PGresult* result) {
  const char* const text = PQcmdTuples(result);
  std::uint64_t count = 0;
  std::from_chars(text, text + std::strlen(text), count);
  return count;
}

// repair_cache() takes the name for it then.
bool is_prepared_already(const PGresult* result) {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state != nullptr && std::string_view(state) == "42P05";
}

[[noreturn]] void refuse(const backend::Statement& statement, Error::Kind kind, const char* what) {
  Error::Detail detail;
  detail.statement = statement.name;
  throw Error(kind, std::string(statement.name) + ": " + what, std::move(detail));
}

// What has an id was written by the library, most of it with the program. Another text at the same place
// would need the same id, too, to be taken for it. What has none may come from anywhere.
bool has_lasting_text(const backend::Statement& statement) {
  return statement.id != 0;
}

// What libpq itself would refuse without saying why.
void require_sendable(const backend::Statement& statement, std::size_t values, bool raw) {
  constexpr std::size_t most_parameters = 65535;  // a 16-bit count in the protocol's Bind message
  if (values > most_parameters) {
    refuse(statement, Error::Kind::limit_exceeded, "a statement takes 65535 parameters at most");
  }
  if (values != statement.parameters.size()) {
    refuse(statement, Error::Kind::invalid_argument, "the number of values is not that of the parameters");
  }
  if ((raw || !has_lasting_text(statement)) && statement.sql.find('\0') != std::string_view::npos) {
    refuse(statement, Error::Kind::invalid_argument, "the SQL text holds a NUL byte");
  }
}

}  // namespace

[[gnu::hot]] Flight::Flight(Connection& connection, bool named_statements, backend::Deadline deadline)
    : connection_(connection), named_(named_statements), deadline_(deadline) {}

[[gnu::hot]] void Flight::sent(int accepted, Item item) {
  if (accepted == 1) {
    items_.push_back(item);
  } else {
    refused_ = true;
    sync_refused_ = item.step == Step::sync;
  }
}

void Flight::command(Step step, const char* sql) {
  if (refused_) return;
  sent(PQsendQueryParams(connection_.raw(), sql, 0, nullptr, nullptr, nullptr, nullptr, text_results),
       {step, 0, {}});
}

[[gnu::hot]] void Flight::housekeep() {
  if (!connection_.statements().has_evicted()) return;
  for (const StatementCache::Name& name : connection_.statements().take_evicted()) {
    command(Step::housekeeping, (std::string("deallocate ") + name.data()).c_str());
    sync();
  }
}

void Flight::set_types(std::span<const backend::Type> types) {
  types_.clear();
  types_.reserve(types.size());
  for (const backend::Type type : types) types_.push_back(type_info(type).scalar);
}

// The name by which the statement can be run, until the next call; null where it has none.
[[gnu::hot]] const char* Flight::prepare_named(std::uint64_t id, std::string_view sql,
                                               std::span<const backend::Type> types, bool lasting) {
  const StatementCache::Found known = connection_.statements().find(id, sql, lasting);
  if (known.lookup != StatementCache::Lookup::absent) return known.name;
  set_types(types);
  return prepare(lasting ? StatementCache::name_of(id) : StatementCache::name_of(sql, types), id, sql);
}

// With the types that are set.
const char* Flight::prepare(const StatementCache::Name& name, std::uint64_t id, std::string_view sql) {
  names_.push_front(connection_.statements().unused(name));
  const StatementCache::Name& unused = names_.front();
  text_.assign(sql);
  sent(PQsendPrepare(connection_.raw(), unused.data(), text_.c_str(), static_cast<int>(types_.size()),
                     types_.data()),
       {Step::prepare, id, sql, &unused});
  return unused.data();
}

[[gnu::hot]] void Flight::bind(const Binding& binding, const backend::Principal& principal, bool named,
                               Raw raw) {
  if (refused_) return;
  const Binding::Message message = binding.message(principal, raw);
  static constexpr std::array<int, Binding::most_values> formats{1, 1};
  std::array<const char*, Binding::most_values> pointers;
  std::array<int, Binding::most_values> lengths;
  for (std::size_t i = 0; i < Binding::most_values; ++i) {
    const std::string_view value = message.values[i];
    pointers[i] = value.data() == nullptr ? "" : value.data();
    lengths[i] = static_cast<int>(value.size());
  }
  const auto types = std::span(Binding::value_types).first(static_cast<std::size_t>(message.count));
  const char* const name = named && named_ ? prepare_named(message.id, message.sql, types, true) : nullptr;
  if (name != nullptr) {
    sent(PQsendQueryPrepared(connection_.raw(), name, message.count, pointers.data(), lengths.data(),
                             formats.data(), binary_results),
         {Step::bind, message.id, {}});
    return;
  }
  set_types(types);
  sent(PQsendQueryParams(connection_.raw(), message.sql.c_str(), message.count, types_.data(),
                         pointers.data(), lengths.data(), formats.data(), binary_results),
       {Step::bind, 0, {}});
}

[[gnu::hot]] void Flight::stage(const backend::Statement& statement, backend::Values values, bool raw) {
  require_sendable(statement, values.size(), raw);
  if (raw)
    check_raw_statement(statement.name, statement.sql, connection_.standard_strings(),
                        connection_.utf8_server());
  connection_.parameters().assign(values);
}

[[gnu::hot]] void Flight::statement(const backend::Statement& statement) {
  if (refused_) return;
  const Parameters& parameters = connection_.parameters();
  counted_ = statement.access == backend::Access::write || statement.columns.empty();
  const std::uint64_t key = named_ ? statement.key() : 0;
  const char* const name =
      named_ ? prepare_named(key, statement.sql, statement.parameters, has_lasting_text(statement))
             : nullptr;
  if (name != nullptr) {
    if (refused_) return;
    sent(PQsendQueryPrepared(connection_.raw(), name, parameters.count(), parameters.values(),
                             parameters.lengths(), parameters.formats(), binary_results),
         {Step::statement, key, {}});
    return;
  }
  text_.assign(statement.sql);
  set_types(statement.parameters);
  sent(PQsendQueryParams(connection_.raw(), text_.c_str(), parameters.count(), types_.data(),
                         parameters.values(), parameters.lengths(), parameters.formats(), binary_results),
       {Step::statement, 0, {}});
}

void Flight::look_for_temporary_tables() {
  if (refused_) return;
  told_ = items_.size();
  static const std::uint64_t id = backend::statement_id(temporary_tables_sql, {});
  const char* const name = named_ ? prepare_named(id, temporary_tables_sql, {}, true) : nullptr;
  if (name == nullptr) {
    command(Step::look_back, std::string(temporary_tables_sql).c_str());
  } else if (!refused_) {
    sent(PQsendQueryPrepared(connection_.raw(), name, 0, nullptr, nullptr, nullptr, binary_results),
         {Step::look_back, id, {}});
  }
  sync();
  sync_refused_ = refused_;  // the Sync before may have left
}

void Flight::run_batch(std::uint64_t id, std::string_view sql, std::span<const Oid> types,
                       const char* const* values, const int* lengths, const int* formats) {
  if (refused_) return;
  const char* name = nullptr;
  if (named_) {
    const StatementCache::Found known = connection_.statements().find(id, sql);
    name = known.name;
    if (known.lookup == StatementCache::Lookup::absent) {
      types_.assign(types.begin(), types.end());
      name = prepare(StatementCache::name_of(id), id, sql);
    }
  }
  const int count = static_cast<int>(types.size());
  if (name == nullptr) {
    text_.assign(sql);
    prepare_unnamed(text_.c_str(), types);
    return run_unnamed(count, values, lengths, formats);
  }
  if (refused_) return;
  sent(PQsendQueryPrepared(connection_.raw(), name, count, values, lengths, formats, binary_results),
       {Step::statement, id, {}});
}

void Flight::prepare_unnamed(const char* sql, std::span<const Oid> types) {
  if (refused_) return;
  sent(PQsendPrepare(connection_.raw(), "", sql, static_cast<int>(types.size()), types.data()),
       {Step::prepare, 0, {}});
}

void Flight::run_unnamed(int count, const char* const* values, const int* lengths, const int* formats) {
  if (refused_) return;
  sent(PQsendQueryPrepared(connection_.raw(), "", count, values, lengths, formats, binary_results),
       {Step::statement, 0, {}});
}

[[gnu::hot]] void Flight::sync() {
  if (refused_) return;
  sent(PQpipelineSync(connection_.raw()), {Step::sync, 0, {}});
}

void Flight::push() {
  if (!refused_ && connection_.flush(deadline_) == Wait::lost) refused_ = true;
}

void Flight::abandon() {
  deadline_ = std::chrono::steady_clock::now() + Connection::cancel_patience;
  sync();
  (void)land();
}

[[gnu::hot]] Landing Flight::land() {
  return read(nullptr, false);
}

[[gnu::hot]] Landing Flight::land(LiveRows live, bool cancel_unwanted) {
  return read(&live, cancel_unwanted);
}

[[gnu::hot]] Landing Flight::read(const LiveRows* live, bool cancel_unwanted) {
  Landing landing;
  if (refused_) {
    landing.end = Landing::End::lost;
    landing.not_dispatched = !sync_refused_;
    connection_.give_up();
    return landing;
  }
  backend::count_round_trip();
  (void)connection_.await(deadline_);  // the last Sync's answer is yet to come, whatever is there already
  const std::size_t told = std::min(told_, items_.size());
  for (std::size_t i = 0; i < told; ++i) {
    if (!read_item(landing, items_[i], live, cancel_unwanted)) {
      connection_.give_up();
      break;
    }
  }
  if (told < items_.size() && !connection_.given_up()) read_untold(told);
  landing.unreplicated = connection_.take_unreplicated_commit();
  if (connection_.lost()) connection_.give_up();
  // A cancellation that hit nothing may still be on its way to the next statement.
  if ((landing.cancelled || stopped_) && !(landing.error && landing.error->sqlstate == "57014"))
    connection_.give_up();
  // In a transaction nothing is cancelled here, so there it was somebody else, and the transaction failed.
  if (unwanted_ && cancel_unwanted && landing.error && landing.error->sqlstate == "57014")
    landing.error.reset();
  return landing;
}

void Flight::read_untold(std::size_t first) {
  Landing untold;
  for (std::size_t i = first; i < items_.size(); ++i) {
    if (!read_item(untold, items_[i], nullptr, false) || untold.cancelled) return connection_.give_up();
  }
}

// All results of one command. False when the connection is of no more use.
[[gnu::hot]] bool Flight::read_item(Landing& landing, const Item& item, const LiveRows* live,
                                    bool cancel_unwanted) {
  const bool streaming = live != nullptr && item.step == Step::statement;
  if (streaming) PQsetSingleRowMode(connection_.raw());
  for (unsigned separators = 0;;) {
    ResultHandle result;
    if (!receive(landing, result)) return false;
    if (!result) {
      if (streaming) draining_ = false;
      if (item.step != Step::sync) return true;
      if (++separators < 2) continue;
      connection_.give_up();  // libpq before 14.11 and 15.6 loses the Sync after an error at it
      return landing.error.has_value();
    }
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return true;
    if (status != PGRES_SINGLE_TUPLE) {
      take(landing, item, std::move(result));
    } else if (!unwanted_ && !(*live)(result.get())) {
      unwanted_ = true;
      draining_ = cancel_unwanted;
    }
  }
}

// One result, with the cancellation that a passed deadline asks for, or rows that nobody wants.
[[gnu::hot]] bool Flight::receive(Landing& landing, ResultHandle& result) {
  Wait wait = draining_ ? drain(result) : connection_.next(deadline_, result);
  if (stopped_ && wait != Wait::ready) return false;  // the caller has all it wanted
  if (wait == Wait::timed_out && cancels_ && !landing.cancelled) {
    landing.cancelled = true;
    deadline_ = std::chrono::steady_clock::now() + Connection::cancel_patience;
    if (connection_.cancel()) wait = connection_.next(deadline_, result);
  }
  if (wait == Wait::timed_out) landing.end = Landing::End::timed_out;
  if (wait == Wait::lost) landing.end = Landing::End::lost;
  return wait == Wait::ready;
}

// The next result of a stream of which nobody wants more, which is cancelled when that takes long or there
// was much already.
Wait Flight::drain(ResultHandle& result) {
  const backend::Deadline soon = std::chrono::steady_clock::now() + drain_patience;
  const Wait wait = connection_.next(std::min(deadline_, soon), result);
  drained_ += PQresultMemorySize(result.get());
  const bool slow = wait == Wait::timed_out && soon <= deadline_;
  if (!slow && drained_ < most_drained) return wait;
  draining_ = false;
  stopped_ = true;
  deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + Connection::cancel_patience);
  if (!connection_.cancel()) return Wait::lost;
  return slow ? connection_.next(deadline_, result) : wait;
}

[[gnu::hot]] void Flight::take(Landing& landing, const Item& item, ResultHandle result) {
  const bool prepares = item.step == Step::prepare && item.id != 0;
  switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      if (prepares) connection_.statements().add(item.id, item.sql, *item.name);
      if (item.step == Step::look_back && PQntuples(result.get()) > 0) connection_.give_up();
      if (item.step == Step::commit) landing.commit_tag = PQcmdStatus(result.get());
      if (item.step == Step::statement) {
        if (counted_) landing.affected += tag_count(result.get());
        landing.rows = std::move(result);
      }
      return;
    case PGRES_PIPELINE_ABORTED:
      if (prepares) connection_.statements().burn();
      return;
    default:
      if (prepares && !is_prepared_already(result.get())) connection_.statements().burn();
      note_error(landing, item, result.get());
  }
}

void Flight::note_error(Landing& landing, const Item& item, const PGresult* result) {
  ServerError error = read_error(result);
  if (error.sqlstate.empty()) {
    if (connection_.lost()) return;  // libpq's own word for it; receive() will see it
    error.sqlstate = "53200";        // it had no memory for the result, and drops the rest
    error.message = "libpq has no memory for the result";
    connection_.give_up();
  }
  if (is_connection_loss(error)) connection_.give_up();
  if (item.step == Step::housekeeping) {
    if (error.sqlstate == "26000") connection_.statements().stop_deallocating();
    return;
  }
  if (landing.error) return;
  // A standby's word for BEGIN READ WRITE; every other write is 25006 there.
  if (item.step == Step::begin_writing && error.sqlstate == "0A000") error.sqlstate = "25006";
  repair_cache(item, error);
  landing.failed_step = item.step;
  landing.first_step_failed = &item == items_.data();
  landing.error = std::move(error);
}

void Flight::repair_cache(const Item& item, const ServerError& error) {
  if (!needs_prepare_again(error)) return;
  if (error.sqlstate == "26000") {
    connection_.statements().clear();
  } else if (item.step == Step::prepare && item.id != 0) {  // 42P05: the session has it already
    connection_.statements().add(item.id, item.sql, *item.name);
  } else if (connection_.statements().outdate(item.id)) {
    connection_.note_schema_change();
  }
}

}  // namespace tenon::postgres
