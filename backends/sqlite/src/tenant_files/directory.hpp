#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::sqlite {

// The directory in which each tenant has a file.
//
// Thread safety: all members may be called from any thread, and by several processes at once.
class Directory {
 public:
  // Makes the directory, for its owner alone, where it is absent. Throws Error (unavailable).
  explicit Directory(const std::string& path);

  [[nodiscard]] std::string path_of(std::string_view name) const { return (path_ / name).string(); }
  // Throws Error (corrupt) when the name belongs to something that is no file, a symbolic link for one.
  [[nodiscard]] bool has(std::string_view name) const;
  // Makes an empty file that only its owner may read and write; nothing happens when there is one. No
  // descriptor of it is ever open under its name: closing one would end SQLite's locks
  // (https://sqlite.org/howtocorrupt.html section 2.2).
  void make(std::string_view name) const;
  // The names of tenants' files, in the order of their bytes.
  [[nodiscard]] std::vector<std::string> tenant_files() const;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tenon::sqlite
