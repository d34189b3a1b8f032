#include "log_gathering.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

namespace tenon::sqlite {
namespace {

// Of one write: some 30 pages. SQLite's VFS for Unix takes less than 128 KiB at once (seekAndWriteFd in
// os_unix.c).
constexpr std::size_t capacity = std::size_t{124} * 1024;

// A log file. The default VFS's own file follows it in the memory that SQLite provides.
class LogFile : public sqlite3_file {
 public:
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* memory, int flags, int* flags_used);

  void gather(bool on) noexcept {
    if (on && gathered_ == nullptr) gathered_.reset(new (std::nothrow) std::byte[capacity]);
    gathers_ = on && gathered_ != nullptr;
  }
  void forget() noexcept { size_ = 0; }
  [[nodiscard]] static LogFile* of(sqlite3_file* file) noexcept {
    return file != nullptr && file->pMethods == &methods ? static_cast<LogFile*>(file) : nullptr;
  }

 private:
  static const sqlite3_io_methods methods;

  [[nodiscard]] sqlite3_file* below() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }

  int write(const void* data, std::size_t size, sqlite3_int64 offset) noexcept {
    const bool follows = offset == start_ + static_cast<sqlite3_int64>(size_) && size_ + size <= capacity;
    if (!follows || !gathers_) {
      if (const int code = flush(); code != SQLITE_OK) return code;
    }
    if (!gathers_ || size > capacity)
      return below()->pMethods->xWrite(below(), data, static_cast<int>(size), offset);
    if (size_ == 0) start_ = offset;
    std::memcpy(gathered_.get() + size_, data, size);
    size_ += size;
    return SQLITE_OK;
  }

  // What cannot be written stays until the transaction is rolled back: SQLite may undo no more than the
  // statement.
  int flush() noexcept {
    if (size_ == 0) return SQLITE_OK;
    const int code = below()->pMethods->xWrite(below(), gathered_.get(), static_cast<int>(size_), start_);
    if (code == SQLITE_OK) size_ = 0;
    return code;
  }

  int read(void* to, int size, sqlite3_int64 offset) noexcept {
    const bool gathered = offset < start_ + static_cast<sqlite3_int64>(size_) && start_ < offset + size;
    if (gathered) {
      if (const int code = flush(); code != SQLITE_OK) return code;
    }
    return below()->pMethods->xRead(below(), to, size, offset);
  }
  int sync(int flags) noexcept {
    if (const int code = flush(); code != SQLITE_OK) return code;
    return below()->pMethods->xSync(below(), flags);
  }

  // A method of the file below, which knows of everything that was gathered.
  template <auto Method, class... Arguments>
  static int pass(sqlite3_file* file, Arguments... arguments) noexcept {
    auto& log = *static_cast<LogFile*>(file);
    if (const int code = log.flush(); code != SQLITE_OK) return code;
    return (log.below()->pMethods->*Method)(log.below(), arguments...);
  }
  template <auto Method>
  static int ask(sqlite3_file* file) noexcept {
    sqlite3_file* const below = static_cast<LogFile*>(file)->below();
    return (below->pMethods->*Method)(below);
  }
  static int read_from(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) noexcept {
    return static_cast<LogFile*>(file)->read(to, size, offset);
  }
  static int sync_all(sqlite3_file* file, int flags) noexcept {
    return static_cast<LogFile*>(file)->sync(flags);
  }
  static int write_to(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) noexcept {
    return static_cast<LogFile*>(file)->write(data, static_cast<std::size_t>(size), offset);
  }
  // A commit that was not asked to be on the disk is not finished: it need not be written.
  static int close(sqlite3_file* file) noexcept {
    auto& log = *static_cast<LogFile*>(file);
    const int code = ask<&sqlite3_io_methods::xClose>(file);
    log.~LogFile();
    return code;
  }

  std::unique_ptr<std::byte[]> gathered_;
  std::size_t size_ = 0;     // of what is gathered
  sqlite3_int64 start_ = 0;  // in the file, of what is gathered
  bool gathers_ = false;
};

// The first version is all that a log needs: shared memory and mapping belong to the database file.
const sqlite3_io_methods LogFile::methods{
    .iVersion = 1,
    .xClose = &close,
    .xRead = &read_from,
    .xWrite = &write_to,
    .xTruncate = &pass<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = &sync_all,
    .xFileSize = &pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = &pass<&sqlite3_io_methods::xLock, int>,
    .xUnlock = &pass<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = &pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = &pass<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = &ask<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = &ask<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr};

// A copy of the default VFS, which goes on to serve every file that is no log. SQLite's own for Unix has
// nothing beyond the structure; one of a host's may.
struct GatheringVfs : sqlite3_vfs {
  explicit GatheringVfs(sqlite3_vfs& system) noexcept : sqlite3_vfs(system), below(system) {
    zName = "tenon";
    pNext = nullptr;
    szOsFile += static_cast<int>(sizeof(LogFile));
    xOpen = &LogFile::open;
  }
  sqlite3_vfs& below;
};

// Ends with the library, which may be unloaded before SQLite is.
class Registration {
 public:
  Registration() noexcept {
    sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
    if (system != nullptr && std::string_view(system->zName).starts_with("unix") &&
        sqlite3_vfs_register(&vfs_.emplace(*system), 0) == SQLITE_OK)
      name = vfs_->zName;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() {
    if (name.exchange(nullptr) != nullptr) sqlite3_vfs_unregister(&*vfs_);
  }

  std::atomic<const char*> name{nullptr};

 private:
  std::optional<GatheringVfs> vfs_;
};

int LogFile::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* memory, int flags, int* flags_used) {
  sqlite3_vfs& system = static_cast<GatheringVfs*>(vfs)->below;
  if ((flags & SQLITE_OPEN_WAL) == 0) return system.xOpen(&system, name, memory, flags, flags_used);
  auto* const log = new (memory) LogFile;
  log->pMethods = nullptr;
  log->below()->pMethods = nullptr;
  const int code = system.xOpen(&system, name, log->below(), flags, flags_used);
  // A file with methods is closed by SQLite, also one that could not be opened.
  if (log->below()->pMethods != nullptr) log->pMethods = &methods;
  return code;
}

LogFile* log_of(sqlite3* db) noexcept {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK) return nullptr;
  return LogFile::of(file);
}

bool keeps_neighbours(sqlite3* db) noexcept {
  int powersafe = -1;  // asks
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_POWERSAFE_OVERWRITE, &powersafe) == SQLITE_OK &&
         powersafe == 1;
}

}  // namespace

const char* gathering_vfs() noexcept {
  static Registration registration;
  return registration.name.load(std::memory_order_relaxed);
}

void gather_log_writes(sqlite3* db, bool on) noexcept {
  if (LogFile* const log = log_of(db); log != nullptr) log->gather(on && keeps_neighbours(db));
}

void forget_gathered_log(sqlite3* db) noexcept {
  if (LogFile* const log = log_of(db); log != nullptr) log->forget();
}

}  // namespace tenon::sqlite
