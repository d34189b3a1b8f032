#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <tenon/detail/fork.hpp>

#include "file_identity.hpp"
#include "writer.hpp"

namespace tenon::sqlite {
namespace {

// The writers of this process by file. An entry outlives the last user's pointer until the connection is
// closed, so that no second writer can open a file while the first still checkpoints it.
struct Registry {
  struct Entry {
    std::weak_ptr<Writer> writer;
    std::uint32_t forks = tenon::detail::fork_count();
  };
  std::mutex mutex;
  std::condition_variable closed;
  std::map<FileIdentity, Entry> writers;
  std::atomic<std::uint32_t> forks{tenon::detail::fork_count()};
};

// SQLite's own record of a file's locks is inherited, and the locks are not: a new connection of the child
// would rely on locks that only its parent has (https://sqlite.org/howtocorrupt.html, "Carrying an open
// database connection across a fork()").
[[noreturn]] void refuse_files_of_the_parent() {
  throw Error(
      Error::Kind::unavailable,
      "open: the database file was open when this process was forked, and SQLite cannot open it again "
      "in the child; close it before the fork, or run another program by exec()",
      {.sqlstate = "08003", .statement = {}, .constraint = {}, .hint = {}});
}

[[noreturn]] void refuse_another_guard() {
  throw Error(
      Error::Kind::invalid_argument,
      "open: this process has the database file open with other Config::sqlite.raw_schemas, "
      "tenant_columns or fence_raw_sql; raw SQL has one set of walls in a file, so open it with the same",
      {.sqlstate = "42501", .statement = {}, .constraint = {}, .hint = {}});
}

// In a child the mutex may be held for ever, by a thread that only its parent has.
std::unique_lock<std::mutex> lock_of(Registry& all) {
  if (all.forks == tenon::detail::fork_count()) return std::unique_lock(all.mutex);
  std::unique_lock lock(all.mutex, std::try_to_lock);
  if (!lock.owns_lock()) refuse_files_of_the_parent();
  all.forks = tenon::detail::fork_count();
  return lock;
}

Registry& registry() {
  // Never destroyed: a host's static Database may be closed after this unit's statics.
  static auto* const instance = new Registry;
  return *instance;
}

// What all users of a writer share; closes it, and only then lets others open the file.
struct Opened {
  Opened() = default;
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() {
    if (!writer) return;
    writer.reset();
    const std::scoped_lock lock(registry().mutex);
    registry().writers.erase(key);
    registry().closed.notify_all();
  }
  std::unique_ptr<Writer> writer;
  FileIdentity key{};
};

}  // namespace

std::shared_ptr<Writer> Writer::of_file(const ConnectionOptions& options) {
  Registry& all = registry();
  std::unique_lock lock = lock_of(all);
  for (;;) {
    const std::optional<FileIdentity> key = file_identity(options.path);
    const auto found = key ? all.writers.find(*key) : all.writers.end();
    if (found == all.writers.end()) break;
    if (found->second.forks != tenon::detail::fork_count()) refuse_files_of_the_parent();
    if (std::shared_ptr<Writer> writer = found->second.writer.lock()) {
      if (writer->guard_options() != options.guard) refuse_another_guard();
      if (options.synchronous == Synchronous::full) writer->require_full_synchronous();
      return writer;
    }
    all.closed.wait(lock);
  }
  auto writer = std::make_unique<Writer>(options);
  const std::optional<FileIdentity> key = file_identity(options.path);
  if (!key) {
    throw Error(Error::Kind::unavailable, "open: the database file vanished while it was opened",
                {.sqlstate = "58030", .statement = {}, .constraint = {}, .hint = {}});
  }
  const auto opened = std::make_shared<Opened>();
  Registry::Entry& entry = all.writers[*key];
  opened->writer = std::move(writer);
  opened->key = *key;
  std::shared_ptr<Writer> shared(opened, opened->writer.get());
  entry.writer = shared;
  return shared;
}

}  // namespace tenon::sqlite
