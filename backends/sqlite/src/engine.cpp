#include "engine.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include <system_error>

#include <tenon/detail/fork.hpp>
#include <tenon/detail/recent_time.hpp>

#include "backup.hpp"
#include "execute.hpp"
#include "inspect.hpp"
#include "maintenance.hpp"
#include "probe.hpp"
#include "schema_query.hpp"
#include "session.hpp"
#include "waiting.hpp"

namespace tenon::sqlite {

std::span<const EmbeddedMigration> bundled_migrations();

namespace {

using backend::Access;
using backend::Deadline;

constexpr int oldest_sqlite = 3'038'000;  // STRICT tables, RETURNING, unixepoch()

void check_place(const Location& location) {
  if (sqlite3_libversion_number() < oldest_sqlite) {
    throw Error(Error::Kind::unsupported,
                "open: SQLite 3.38 or newer is needed, this is " + std::string(sqlite3_libversion()));
  }
  if (location.memory) return;
  std::error_code ignored;
  const std::filesystem::path path(location.path);
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Error(Error::Kind::unavailable,
                "open: the directory " + folder.string() + " does not exist; create it",
                {.sqlstate = "58P01", .statement = {}, .constraint = {}, .hint = {}});
  }
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(Error::Kind::unavailable, "open: " + location.path + " is a directory; name a file",
                {.sqlstate = "58P01", .statement = {}, .constraint = {}, .hint = {}});
  }
}

// Each connection's part of the cache. A file of one tenant, among many, gets what is left for it.
std::size_t cache_kibibytes(const SqliteOptions& options) {
  constexpr std::size_t least = 2'000;  // SQLite's own (https://sqlite.org/pragma.html#pragma_cache_size)
  return std::max(least, options.cache_megabytes * 1'024 / (options.readers + 1));
}

GuardOptions guard_options(const SqliteOptions& options) {
  GuardOptions guard{options.raw_schemas, options.tenant_columns, options.fence_raw_sql};
  for (std::string& column : guard.tenant_columns) column = lower_name(std::move(column));
  // The bundled tables are guarded whatever the host's are like.
  guard.schemas.emplace_back("tenon");
  guard.tenant_columns.emplace_back("tenant_id");
  return guard;
}

}  // namespace

namespace {

// Calls that this thread has under way: a visitor of one may call close().
constinit thread_local int visits_here = 0;

class VisitHere {
 public:
  VisitHere() noexcept { ++visits_here; }
  VisitHere(const VisitHere&) = delete;
  VisitHere& operator=(const VisitHere&) = delete;
  ~VisitHere() { --visits_here; }
};

}  // namespace

class Engine::Visit {
 public:
  explicit Visit(Engine& engine) : visits_(engine.visits_) {
    engine.refuse_after_fork();
    if ((visits_.fetch_add(1) & closed_mark) == 0) return;
    leave();
    throw closed_error();
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() { leave(); }

 private:
  void leave() noexcept {
    if (visits_.fetch_sub(1) == closed_mark + 1) visits_.notify_all();
  }
  VisitHere here_;
  std::atomic<std::int64_t>& visits_;
};

void Engine::refuse_after_fork() const {
  if (forks_ != tenon::detail::fork_count()) [[unlikely]]
    refuse_in_child();
}

Engine::Engine(const Location& location, const Config& config)
    : path_(location.path), acquire_timeout_(config.pool.acquire_timeout) {
  check_place(location);
  ConnectionOptions options{.path = location.path,
                            .writes = true,
                            .synchronous = config.sqlite.synchronous,
                            .busy_timeout = config.sqlite.busy_timeout,
                            .cache_kibibytes = cache_kibibytes(config.sqlite),
                            .guard = guard_options(config.sqlite)};
  tenant_columns_ = options.guard.tenant_columns;
  if (location.memory) {
    writer_ = std::make_shared<Writer>(options);
    return;
  }
  writer_ = Writer::of_file(options);
  options.writes = false;
  options.identity = file_identity(location.path);
  reading_ = options;
  readers_ = std::make_shared<ReaderPool>(
      std::move(options), std::max<std::size_t>(config.sqlite.readers, 1), acquire_timeout_);
}

Engine::~Engine() {
  if (forks_ == tenon::detail::fork_count()) {
    close();
  } else {  // in a child: closing would take the parent's locks away
    new std::pair(std::move(writer_), std::move(readers_));
  }
}

std::string Engine::version() {
  return "SQLite " + std::string(sqlite3_libversion());
}

WriterQueue::Patience Engine::patience(Deadline deadline, std::string_view subject) const noexcept {
  return {.deadline = deadline, .longest = acquire_timeout_, .subject = subject};
}

std::uint64_t Engine::execute(const backend::Principal& principal, const backend::Call& call) {
  require_tenant_of_raw(principal.role, call);
  Progress progress;
  if (readers_ && call.statement.access == Access::read) {
    // No Visit: closing asks the pool for its leases.
    refuse_after_fork();
    const VisitHere here;
    const ReaderPool::Lease reader(*readers_, call.deadline, call.statement.name);
    if (reader.came_late()) refuse_late(call.deadline, call.statement.name);
    return sqlite::execute(reader.connection(), call, principal.tenant, progress);
  }
  const Visit visit(*this);
  if (call.statement.access == Access::write) {
    require_writing_role(principal, call.statement.name);
    return writer_->execute(call, principal.tenant, acquire_timeout_);
  }
  const Writer::Lease writer(writer_, patience(call.deadline, call.statement.name));
  refuse_late(call.deadline, call.statement.name);
  return sqlite::execute(writer.connection(), call, principal.tenant, progress);
}

std::uint64_t Engine::insert(const backend::Principal& principal, const backend::BatchInsert& batch) {
  const Visit visit(*this);
  require_writing_role(principal, batch.row.name);
  return writer_->insert(batch, acquire_timeout_);
}

std::unique_ptr<backend::Session> Engine::begin(const backend::Principal& principal,
                                                const backend::TransactionOptions& options) {
  const Visit visit(*this);
  if (options.access == Access::write) require_writing_role(principal, "begin");
  if (options.access == Access::read && readers_) {
    return std::make_unique<Session>(ReaderPool::SharedLease(readers_, options.deadline, "begin"),
                                     principal, options, open_);
  }
  return std::make_unique<Session>(Writer::Lease(writer_, patience(options.deadline, "begin")), principal,
                                   options, open_);
}

std::unique_ptr<backend::Maintenance> Engine::maintenance() {
  return alone();
}

std::unique_ptr<Maintenance> Engine::alone() {
  const Visit visit(*this);
  return std::make_unique<Maintenance>(Writer::Lease(writer_, patience(Deadline::max(), "maintenance")));
}

std::unique_ptr<backend::Probe> Engine::probe(Deadline deadline) {
  const Visit visit(*this);
  if (!readers_) return std::make_unique<Probe>(writer_);
  return std::make_unique<Probe>(writer_, reading_, deadline);
}

std::vector<Finding> Engine::inspect() {
  const Visit visit(*this);
  std::vector<Finding> findings;
  if (readers_) {
    add_file_findings(path_, findings);
    add_directory_findings(path_, findings);
    add_version_findings(sqlite3_libversion_number(), findings);
    const ReaderPool::Lease reader(*readers_, Deadline::max(), "inspect");
    add_schema_findings(reader.connection().handle(), tenant_columns_, findings);
  } else {
    const Writer::Lease writer(writer_, patience(Deadline::max(), "inspect"));
    add_schema_findings(writer.connection().handle(), tenant_columns_, findings);
  }
  errors_first(findings);
  return findings;
}

std::span<const EmbeddedMigration> Engine::bundled_migrations() const noexcept {
  return sqlite::bundled_migrations();
}

PoolStats Engine::pool_stats() {
  if (forks_ != tenon::detail::fork_count()) return {};
  const std::scoped_lock lock(leaving_);
  return stats_locked();
}

PoolStats Engine::stats_locked() const {
  if (!writer_) return counted_;
  PoolStats stats = writer_->stats();
  if (readers_) stats += readers_->stats();
  return stats;
}

// The last connection of the file closes with it.
void Engine::let_go_of_writer() noexcept {
  std::shared_ptr<Writer> leaving;
  const std::scoped_lock lock(leaving_);
  try {
    const PoolStats last = stats_locked();
    counted_ = last.counters();
    for (std::size_t i = 0; i < last.total; ++i) counted_.note_evicted(Eviction::closed);
  } catch (...) {  // out of memory
  }
  leaving.swap(writer_);
}

backend::BackupForm Engine::backup_form() const {
  if (!readers_) return {"memory", ".db"};
  const std::filesystem::path path(path_);
  return {path.stem().string(), path.has_extension() ? path.extension().string() : ".db"};
}

void Engine::write_backup(const std::string& path, const BackupOptions& options, Deadline deadline) {
  const Visit visit(*this);
  const auto go_on = [&] {
    if ((visits_.load(std::memory_order_relaxed) & closed_mark) != 0) throw closed_error();
    if (tenon::detail::has_come(deadline)) throw timeout_error(backup_subject, "it was written");
  };
  go_on();
  if (readers_) {
    ConnectionOptions opening = reading_;
    opening.busy_timeout = time_left(deadline, opening.busy_timeout);
    Connection source(opening);
    const Connection::Limit limit(source, deadline);
    copy_database(source, path, go_on);
  } else {
    const Writer::Lease writer(writer_, patience(deadline, backup_subject));
    copy_database(writer.connection(), path, go_on);
  }
  if (options.check) check_copy(path, go_on);
}

void Engine::close() noexcept {
  if (forks_ != tenon::detail::fork_count()) return;
  if ((visits_.fetch_or(closed_mark) & closed_mark) != 0) return;
  if (readers_) readers_->close();
  // A call of this very thread, or one that waits for its transaction, cannot end before this does: the
  // connections then close with the last that uses them.
  if (visits_here > 0 || writer_->held_by_this_thread()) return;
  for (std::int64_t visits = visits_.load(); visits != closed_mark; visits = visits_.load())
    visits_.wait(visits);
  if (readers_) readers_->await_calls();
  // Last, so that the writer is the last connection and brings the whole log into the file.
  let_go_of_writer();
}

// SQLite's calls end by their own deadlines; nothing is cut off. What is held keeps its connection until it
// is let go.
bool Engine::drain(Deadline deadline) noexcept {
  constexpr std::chrono::milliseconds look{1};
  if (forks_ != tenon::detail::fork_count()) return false;
  const bool closes = (visits_.fetch_or(closed_mark) & closed_mark) == 0;
  if (closes && readers_) readers_->close();
  if (visits_here > 0) return false;
  if (closes && writer_->held_by_this_thread())
    return false;  // of the first caller only: it may let go of it
  const auto no_calls = [&] {
    return visits_.load() == closed_mark && (!readers_ || readers_->calls_have_ended());
  };
  const auto none_left = [&] { return no_calls() && open_.use_count() == 1; };
  while (!none_left() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(look);
  const bool ended = none_left();
  if (closes && no_calls()) let_go_of_writer();
  return ended;
}

}  // namespace tenon::sqlite
