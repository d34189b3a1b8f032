#include "backup/backup_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Moment = std::chrono::sys_time<milliseconds>;

constexpr mode_t owner_only_directory = 0700;
constexpr mode_t owner_only_file = 0600;
constexpr std::string_view draft_suffix = ".draft";
constexpr std::string_view lock_name = ".tenon-backup.lock";

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(Error::Kind::unavailable, "backup: " + what + ": " + std::generic_category().message(error),
              {.sqlstate = "58030", .statement = {}, .constraint = {}, .hint = {}});
}

// "20261130T184512.123Z" from "2026-11-30T18:45:12.123456Z".
std::string text_of(Moment moment) {
  constexpr std::size_t behind_milliseconds = 23;
  std::string text = to_string(Timestamp(moment)).substr(0, behind_milliseconds) + "Z";
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

// Of what text_of() gives, and of nothing else.
std::optional<Moment> moment_of(std::string_view name) {
  constexpr std::size_t length = 20;
  if (name.size() != length) return std::nullopt;
  std::string text(name);
  for (const std::size_t place : {13U, 11U}) text.insert(place, 1, ':');
  for (const std::size_t place : {6U, 4U}) text.insert(place, 1, '-');
  const std::optional<Timestamp> read = parse_timestamp(text);
  if (!read) return std::nullopt;
  const auto moment = std::chrono::floor<milliseconds>(*read);
  if (text_of(moment) != name) return std::nullopt;
  return moment;
}

std::optional<Moment> moment_in(std::string_view name, const backend::BackupForm& form) {
  const std::string start = form.stem + "-";
  if (!name.starts_with(start) || !name.ends_with(form.suffix) ||
      name.size() < start.size() + form.suffix.size())
    return std::nullopt;
  name.remove_prefix(start.size());
  name.remove_suffix(form.suffix.size());
  return moment_of(name);
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  fs::directory_iterator entry(directory, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed))
    names.push_back(entry->path().filename().string());
  if (failed) fail("the directory " + directory.string() + " cannot be read", failed.value());
  return names;
}

void sync(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) fail(path.string(), errno);
  const int failed = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  // A file system that has no such call for directories says so (fsync(2)).
  if (failed != 0 && failed != EINVAL) fail(path.string(), failed);
}

void sync_directory(const fs::path& path) {
  sync(path, O_RDONLY | O_DIRECTORY);
}

void sync_whole(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return sync(path, O_RDONLY);
  for (const std::string& name : names_in(path)) sync(path / name, O_RDONLY);
  sync_directory(path);
}

std::int64_t size_of(const fs::path& file) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(file, failed);
  if (failed) fail(file.string(), failed.value());
  return static_cast<std::int64_t>(size);
}

}  // namespace

BackupDirectory::Lock::Lock(const fs::path& directory) {
  const fs::path path = directory / lock_name;
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only_file);
  if (file_ < 0) fail("the directory " + directory.string() + " cannot be written", errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int why = errno;
  ::close(file_);
  if (why != EWOULDBLOCK) fail(path.string(), why);
  throw Error(Error::Kind::busy,
              "backup: another backup is being written to the directory " + directory.string());
}

// A child that was forked meanwhile has the same lock, which closing would leave to it.
BackupDirectory::Lock::~Lock() {
  ::flock(file_, LOCK_UN);
  ::close(file_);
}

fs::path BackupDirectory::made(const std::string& path) {
  if (::mkdir(path.c_str(), owner_only_directory) != 0 && errno != EEXIST)
    fail("the directory " + path + " does not exist and cannot be made", errno);
  return path;
}

BackupDirectory::BackupDirectory(const std::string& path, backend::BackupForm form)
    : path_(made(path)), form_(std::move(form)), lock_(path_) {
  for (const std::string& name : names_in(path_)) {
    if (!name.starts_with('.') || !name.ends_with(draft_suffix)) continue;
    const std::string_view backup = std::string_view(name).substr(1, name.size() - 1 - draft_suffix.size());
    std::error_code ignored;
    if (moment_in(backup, form_)) fs::remove_all(path_ / name, ignored);
  }
}

BackupDirectory::Backup BackupDirectory::next(Timestamp now) const {
  for (Moment moment = std::chrono::floor<milliseconds>(now);; moment += milliseconds{1}) {
    Backup backup{form_.stem + "-" + text_of(moment) + form_.suffix, moment};
    struct stat status {};
    if (::lstat(path_of(backup).c_str(), &status) == 0) continue;
    if (errno != ENOENT) fail(path_of(backup), errno);
    return backup;
  }
}

std::string BackupDirectory::draft_of(const Backup& backup) const {
  return (path_ / ("." + backup.name + std::string(draft_suffix))).string();
}

void BackupDirectory::publish(const Backup& backup) const {
  const std::string draft = draft_of(backup);
  sync_whole(draft);
  if (::rename(draft.c_str(), path_of(backup).c_str()) != 0) fail(path_of(backup), errno);
  sync_directory(path_);
}

void BackupDirectory::discard_draft(const Backup& backup) const noexcept {
  try {
    std::error_code ignored;
    fs::remove_all(draft_of(backup), ignored);
  } catch (const std::exception&) {  // the next backup removes it
  }
}

std::error_code BackupDirectory::remove(const Backup& backup) const {
  if (::rename(path_of(backup).c_str(), draft_of(backup).c_str()) != 0 && errno != ENOENT)
    return {errno, std::generic_category()};
  discard_draft(backup);
  return {};
}

std::vector<BackupDirectory::Backup> BackupDirectory::backups() const {
  std::vector<Backup> found;
  for (std::string& name : names_in(path_)) {
    if (const auto moment = moment_in(name, form_)) found.push_back({std::move(name), *moment});
  }
  std::ranges::sort(found, std::ranges::greater{}, &Backup::made_at);
  return found;
}

std::int64_t bytes_in(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return size_of(path);
  std::int64_t bytes = 0;
  for (const std::string& name : names_in(path)) bytes += size_of(path / name);
  return bytes;
}

}  // namespace tenon::detail
