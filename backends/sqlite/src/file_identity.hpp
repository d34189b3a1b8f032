#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sys/stat.h>

namespace tenon::sqlite {

// Device and inode: which file a path leads to.
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;

[[nodiscard]] inline std::optional<FileIdentity> file_identity(const std::string& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

}  // namespace tenon::sqlite
