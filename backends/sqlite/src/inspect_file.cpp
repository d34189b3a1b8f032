#include <algorithm>
#include <filesystem>
#include <tuple>

#include <sys/stat.h>

#include "inspect.hpp"

namespace tenon::sqlite {
namespace {

mode_t mode_of(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : mode_t{0};
}

}  // namespace

void add_file_findings(const std::string& path, std::vector<Finding>& findings) {
  for (const char* ending : {"", "-wal", "-shm"}) {
    const std::string file = path + ending;
    const mode_t mode = mode_of(file);
    if ((mode & S_IWOTH) != 0) {
      findings.push_back({FindingSeverity::error, "file-writable-by-others", file,
                          "every account of this machine may change all tenants' rows in the file",
                          "chmod o-rwx " + file});
    } else if ((mode & S_IROTH) != 0) {
      findings.push_back({FindingSeverity::warning, "file-readable-by-others", file,
                          "every account of this machine may read all tenants' rows in the file",
                          "chmod o-rwx " + file + ", and run the program with umask 027"});
    }
  }
}

void add_directory_findings(const std::string& path, std::vector<Finding>& findings) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const mode_t mode = mode_of(directory);
  // In a sticky directory a file is removed and renamed by its owner only.
  if ((mode & S_IWOTH) == 0 || (mode & S_ISVTX) != 0) return;
  findings.push_back({FindingSeverity::error, "directory-writable-by-others", directory,
                      "every account of this machine may put another file in the database's place",
                      "chmod o-w " + directory});
}

void add_version_findings(int version, std::vector<Finding>& findings) {
  // https://sqlite.org/wal.html#walresetbug
  const bool mended = version >= 3'051'003 || (version >= 3'050'007 && version < 3'051'000);
  if (mended || version < 3'007'000) return;
  const std::string text = std::to_string(version / 1'000'000) + "." +
                           std::to_string(version / 1'000 % 1'000) + "." + std::to_string(version % 1'000);
  findings.push_back(
      {FindingSeverity::warning, "sqlite-wal-reset-race", "SQLite " + text,
       "two processes that checkpoint one file at the same moment can corrupt it; within one "
       "process tenon keeps this from happening",
       "keep other programs from writing to the file, or use SQLite 3.51.3 or 3.50.7"});
}

void errors_first(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::make_tuple(finding.severity != FindingSeverity::error, finding.name, finding.object);
  });
}

}  // namespace tenon::sqlite
