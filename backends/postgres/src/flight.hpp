#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include <tenon/backend/session.hpp>
#include <tenon/backend/statement.hpp>
#include <tenon/error.hpp>

#include "binding.hpp"
#include "connection.hpp"
#include "error_map.hpp"
#include "handles.hpp"
#include "statement_cache.hpp"

namespace tenon::postgres {

/// What a flight carries; decides how its failure is told.
enum class Step : std::uint8_t {
  housekeeping,  ///< failure is ignored
  begin,
  begin_writing,
  bind,
  prepare,
  statement,
  look_back,
  commit,
  sync
};

/// What came back.
struct Landing {
  enum class End : std::uint8_t {
    complete,   ///< everything was answered, up to the last Sync
    timed_out,  ///< the deadline passed and the server did not even answer the cancellation
    lost        ///< the connection broke
  } end = End::complete;

  std::optional<ServerError> error;  ///< the first error of the server
  Step failed_step = Step::sync;     ///< where it came
  bool first_step_failed = false;    ///< nothing had been done before the error
  bool not_dispatched = false;       ///< the Sync never left: nothing can have been committed
  bool cancelled = false;            ///< we asked to cancel because the deadline had passed
  bool unreplicated = false;         ///< committed, but not confirmed by the synchronous replica
  std::uint64_t affected = 0;        ///< rows changed or returned by all statements, by their tags
  std::string commit_tag;            ///< of Step::commit
  ResultHandle rows;                 ///< result of the last statement

  [[nodiscard]] bool ok() const noexcept { return end == End::complete && !error; }
};

/// Commands that are sent together and answered together: one round trip. Add commands, then land().
/// A flight that was begun must be landed, or its connection given up.
class Flight {
 public:
  /// Receives the rows of a statement one at a time in single-row mode. False: no more rows are wanted.
  using LiveRows = detail::FunctionRef<bool(const PGresult*)>;

  Flight(Connection& connection, bool named_statements, backend::Deadline deadline);

  /// Deallocates evicted statements, in a transaction of its own before everything else.
  void housekeep();
  void command(Step step, const char* sql);
  void bind(const Binding& binding, const backend::Principal& principal, bool named, Raw raw = Raw::no);
  /// Encodes the values and, when it is `raw`, checks the statement, before anything is sent. Throws
  /// `Error`: invalid_argument for a value outside its type's range, permission_denied for a raw statement
  /// that is not allowed.
  void stage(const backend::Statement& statement, backend::Values values, bool raw = false);
  /// Runs the staged statement; prepares it where the server session lacks it.
  void statement(const backend::Statement& statement);
  /// Last, once the host's own SQL that may write is committed: a connection on which a function of the
  /// host's has left a temporary table is given up, for the table would be there for the next tenant. The
  /// landing tells nothing of it.
  void look_for_temporary_tables();
  /// A statement of the library over arrays, `types.size()` of them, prepared where the server session
  /// lacks it. `sql` must stay until the flight has landed.
  void run_batch(std::uint64_t id, std::string_view sql, std::span<const Oid> types,
                 const char* const* values, const int* lengths, const int* formats);
  /// The unnamed statement, prepared once and run many times in one flight.
  void prepare_unnamed(const char* sql, std::span<const Oid> types);
  void run_unnamed(int count, const char* const* values, const int* lengths, const int* formats);
  void sync();

  /// What is not answered in time is not cancelled either: the connection is given up at once.
  void give_up_when_late() noexcept { cancels_ = false; }

  [[nodiscard]] backend::Deadline deadline() const noexcept { return deadline_; }
  /// Reads the answers to what was added so far, whatever they are, in a little time of its own.
  void abandon();

  /// Sends what is buffered so far, so that a large batch does not pile up.
  void push();
  /// Sends the rest and reads all answers. `live` receives the last statement's rows as they come;
  /// `cancel_unwanted` allows to cancel a statement whose rows are no longer wanted, unless they end
  /// soon by themselves.
  [[nodiscard]] Landing land();
  [[nodiscard]] Landing land(LiveRows live, bool cancel_unwanted);

 private:
  struct Item {
    Step step;
    std::uint64_t id;  // of the statement, for prepare and statement; 0 for the unnamed
    std::string_view sql;
    const StatementCache::Name* name = nullptr;  // for prepare
  };

  void sent(int accepted, Item item);
  const char* prepare_named(std::uint64_t id, std::string_view sql, std::span<const backend::Type> types,
                            bool lasting);
  const char* prepare(const StatementCache::Name& name, std::uint64_t id, std::string_view sql);
  void set_types(std::span<const backend::Type> types);
  void repair_cache(const Item& item, const ServerError& error);
  Landing read(const LiveRows* live, bool cancel_unwanted);
  void read_untold(std::size_t first);
  bool read_item(Landing& landing, const Item& item, const LiveRows* live, bool cancel_unwanted);
  void take(Landing& landing, const Item& item, ResultHandle result);
  bool receive(Landing& landing, ResultHandle& result);
  Wait drain(ResultHandle& result);
  void note_error(Landing& landing, const Item& item, const PGresult* result);

  Connection& connection_;
  const bool named_;
  backend::Deadline deadline_;
  boost::container::small_vector<Item, 8> items_;
  std::size_t told_ = std::numeric_limits<std::size_t>::max();  // items of which the landing tells
  boost::container::small_vector<Oid, 24> types_;
  std::string text_;                               // a zero-terminated copy for libpq
  std::forward_list<StatementCache::Name> names_;  // of what is being prepared
  bool counted_ = true;                            // what the statements changed is of interest
  bool cancels_ = true;
  bool refused_ = false;  // libpq took no more commands: the connection is gone
  bool sync_refused_ = false;
  bool unwanted_ = false;    // the rest of the stream is read for nobody,
  bool draining_ = false;    // and may be cancelled,
  bool stopped_ = false;     // as it was
  std::size_t drained_ = 0;  // bytes
};

}  // namespace tenon::postgres
