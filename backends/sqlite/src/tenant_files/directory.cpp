#include "directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <tenon/error.hpp>
#include <tenon/uuid.hpp>

#include "file_name.hpp"

namespace tenon::sqlite {
namespace {

constexpr mode_t owner_only_directory = 0700;
constexpr mode_t owner_only_file = 0600;

[[noreturn]] void fail(const std::string& what, int error, const char* sqlstate = "58030") {
  throw Error(Error::Kind::unavailable, "open: " + what + ": " + std::generic_category().message(error),
              {.sqlstate = sqlstate, .statement = {}, .constraint = {}, .hint = {}});
}

}  // namespace

Directory::Directory(const std::string& path) : path_(path) {
  const bool made = ::mkdir(path.c_str(), owner_only_directory) == 0;
  if (!made && errno != EEXIST) {
    fail("the directory " + path + " of the tenants' files does not exist and cannot be made", errno,
         "58P01");
  }
  std::error_code ignored;
  if (!std::filesystem::is_directory(path_, ignored)) fail(path, ENOTDIR, "58P01");
}

bool Directory::has(std::string_view name) const {
  struct stat status {};
  const std::string path = path_of(name);
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    fail("the file " + path, errno);
  }
  if (S_ISREG(status.st_mode)) return true;
  throw Error(Error::Kind::corrupt, "open: " + path + " is no regular file; put the tenant's file back",
              {.sqlstate = "58P01", .statement = {}, .constraint = {}, .hint = {}});
}

void Directory::make(std::string_view name) const {
  if (has(name)) return;
  const std::string path = path_of(name);
  const std::string draft = path_of("@" + to_string(Uuid::random()) + ".new");
  const int file =
      ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, owner_only_file);
  if (file < 0) fail("the file " + path + " cannot be made", errno);
  ::close(file);
  const int linked = ::link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  if (linked != 0 && linked != EEXIST) fail("the file " + path + " cannot be made", linked);
}

std::vector<std::string> Directory::tenant_files() const {
  std::vector<std::string> names;
  std::error_code failed;
  std::filesystem::directory_iterator entry(path_, failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    std::string name = entry->path().filename().string();
    if (is_tenant_file_name(name)) names.push_back(std::move(name));
  }
  if (failed) fail("the directory " + path_.string() + " cannot be read", failed.value());
  std::ranges::sort(names);
  return names;
}

}  // namespace tenon::sqlite
