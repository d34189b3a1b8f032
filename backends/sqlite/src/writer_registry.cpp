#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "file_identity.hpp"
#include "writer.hpp"

namespace tenon::sqlite {
namespace {

// The writers of this process by file. An entry outlives the last user's pointer until the connection is
// closed, so that no second writer can open a file while the first still checkpoints it.
struct Registry {
  std::mutex mutex;
  std::condition_variable closed;
  std::map<FileIdentity, std::weak_ptr<Writer>> writers;
};

Registry& registry() {
  // Never destroyed: a host's static Database may be closed after this unit's statics.
  static auto* const instance = new Registry;
  return *instance;
}

void close(Writer* writer, FileIdentity key) {
  delete writer;
  const std::scoped_lock lock(registry().mutex);
  registry().writers.erase(key);
  registry().closed.notify_all();
}

}  // namespace

std::shared_ptr<Writer> Writer::of_file(const ConnectionOptions& options) {
  Registry& all = registry();
  std::unique_lock lock(all.mutex);
  for (;;) {
    const std::optional<FileIdentity> key = file_identity(options.path);
    const auto found = key ? all.writers.find(*key) : all.writers.end();
    if (found == all.writers.end()) break;
    if (std::shared_ptr<Writer> writer = found->second.lock()) {
      if (options.synchronous == Synchronous::full) writer->require_full_synchronous();
      return writer;
    }
    all.closed.wait(lock);
  }
  auto opened = std::make_unique<Writer>(options);
  const std::optional<FileIdentity> key = file_identity(options.path);
  if (!key) {
    throw Error(Error::Kind::unavailable, "open: the database file vanished while it was opened",
                {.sqlstate = "58030", .statement = {}, .constraint = {}, .hint = {}});
  }
  all.writers[*key] = {};
  std::shared_ptr<Writer> shared(opened.release(), [key = *key](Writer* writer) { close(writer, key); });
  all.writers[*key] = shared;
  return shared;
}

}  // namespace tenon::sqlite
