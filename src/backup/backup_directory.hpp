#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <system_error>

#include <tenon/backend/backup_form.hpp>
#include <tenon/time.hpp>

namespace tenon::detail {

// The directory in which a database's backups lie, locked against another one who writes to it for as long
// as this lives.
//
// A backup is written under a draft's name, which begins with a dot, and gets its own when it is whole and
// on the disk: `<stem>-20261130T184512.123Z<suffix>`, in UTC, so that names sort by time.
//
// Thread safety: none.
class BackupDirectory {
 public:
  struct Backup {
    std::string name;
    std::chrono::sys_time<std::chrono::milliseconds> made_at;
  };

  // Makes the directory where it is absent, and removes drafts that nobody finished. Throws Error: busy,
  // unavailable.
  BackupDirectory(const std::string& path, backend::BackupForm form);

  // A backup of this moment; no other has its name.
  [[nodiscard]] Backup next(Timestamp now) const;
  [[nodiscard]] std::string draft_of(const Backup& backup) const;
  [[nodiscard]] std::string path_of(const Backup& backup) const { return (path_ / backup.name).string(); }
  // Brings the draft to the disk and gives it its name. Throws Error (unavailable).
  void publish(const Backup& backup) const;
  void discard_draft(const Backup& backup) const noexcept;
  // It has a draft's name before anything of it goes: no part of one is ever taken for the whole.
  [[nodiscard]] std::error_code remove(const Backup& backup) const;

  // Those of this database, the newest first. Throws Error (unavailable).
  [[nodiscard]] std::vector<Backup> backups() const;

 private:
  class Lock {
   public:
    explicit Lock(const std::filesystem::path& directory);
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

   private:
    int file_ = -1;
  };
  static std::filesystem::path made(const std::string& path);

  std::filesystem::path path_;
  backend::BackupForm form_;
  Lock lock_;
};

// Bytes of a file, or of all files in a directory. Throws Error (unavailable).
[[nodiscard]] std::int64_t bytes_in(const std::filesystem::path& path);

}  // namespace tenon::detail
