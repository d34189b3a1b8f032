#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/fork.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/pool.hpp>

#include "../engine.hpp"

namespace tenon::sqlite {

// The tenants' files that are open, never more than `most`. The one used longest ago makes room for
// another; one that is in use is never closed.
//
// Thread safety: all members may be called from any thread. Files are opened and closed outside the lock,
// each by one thread while the others who want it wait.
class OpenFiles {
  struct File;

 public:
  // Opens the file of a tenant or throws.
  using Open = std::function<std::unique_ptr<Engine>(const std::string& tenant)>;

  OpenFiles(std::size_t most, std::chrono::milliseconds longest_wait, Open open)
      : most_(most), longest_wait_(longest_wait), open_(std::move(open)) {}
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;
  ~OpenFiles();

  // Keeps a file open. Must end before the OpenFiles does.
  class Use {
   public:
    Use() noexcept = default;
    Use(Use&& other) noexcept
        : files_(std::exchange(other.files_, nullptr)), file_(std::exchange(other.file_, nullptr)) {}
    Use& operator=(Use&& other) noexcept {
      std::swap(files_, other.files_);
      std::swap(file_, other.file_);
      return *this;
    }
    ~Use() {
      if (file_ != nullptr) files_->release(*file_);
    }
    explicit operator bool() const noexcept { return file_ != nullptr; }
    [[nodiscard]] Engine& engine() const noexcept;

   private:
    friend class OpenFiles;
    Use(OpenFiles& files, File& file) noexcept : files_(&files), file_(&file) {}
    OpenFiles* files_ = nullptr;
    File* file_ = nullptr;
  };

  // The tenant's file where it is open; else an empty Use. Does not wait.
  [[nodiscard]] Use find(std::string_view tenant);
  // Opens it where it is not. Waits for room no longer than the deadline and the longest wait allow. Throws
  // Error: timeout, unavailable once closed, and what opening throws.
  [[nodiscard]] Use get(std::string_view tenant, backend::Deadline deadline, std::string_view subject);

  // Of all open files together, with the waits for one, and what was counted in those that were closed to
  // make room.
  [[nodiscard]] PoolStats stats();

  // As backend::Engine::drain().
  bool drain(backend::Deadline deadline) noexcept;
  // Refuses further uses and closes the files, those in use as soon as their calls let them.
  void close() noexcept;

 private:
  struct File {
    std::string tenant;
    std::unique_ptr<Engine> engine;  // null while it is being opened
    std::size_t uses = 0;
  };
  using Files = std::list<File>;

  [[nodiscard]] Use use(Files::iterator file);
  [[nodiscard]] Use open(std::unique_lock<std::mutex>& lock, std::string_view tenant);
  // True when a file was closed or is: look again. False when all are in use.
  bool make_room(std::unique_lock<std::mutex>& lock);
  void wait(std::unique_lock<std::mutex>& lock, backend::Deadline until, std::string_view subject);
  void note_waited(backend::Deadline since) noexcept;
  void release(File& file) noexcept;
  void end_each(tenon::detail::FunctionRef<void(Engine&)> end) noexcept;

  const std::size_t most_;
  const std::chrono::milliseconds longest_wait_;
  const Open open_;
  const std::uint32_t forks_ = tenon::detail::fork_count();

  std::mutex mutex_;
  // Never destroyed in a forked child: that could wait for ever for a thread that waited at the fork.
  std::unique_ptr<std::condition_variable> changed_ = std::make_unique<std::condition_variable>();
  Files files_;                                                      // the one used last first
  std::unordered_map<std::string_view, Files::iterator> by_tenant_;  // keys point into files_
  std::size_t closing_ = 0;
  std::size_t waiting_ = 0;
  PoolStats gone_;  // counters of the files that made room, and of the waits for it
  bool closed_ = false;
};

}  // namespace tenon::sqlite
