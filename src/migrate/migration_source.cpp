#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <system_error>

#include <tenon/detail/utf8.hpp>
#include <tenon/error.hpp>
#include <tenon/migration_source.hpp>

#include "migrate/goose.hpp"
#include "migrate/migration_name.hpp"
#include "migrate/script_place.hpp"
#include "migrate/sections.hpp"

namespace tenon {
namespace {

namespace fs = std::filesystem;

using detail::MigrationName;
using detail::parse_migration_name;

[[noreturn]] void refuse_file(const std::string& file, std::string_view why) {
  throw Error(Error::Kind::invalid_argument, file + ": " + std::string(why));
}

std::string read_file(const fs::path& path) {
  std::error_code error;
  std::string text;
  if (fs::is_regular_file(path, error)) {  // to open a FIFO waits for whoever writes to it
    const std::uintmax_t size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (!error) text.resize(static_cast<std::size_t>(size));
    if (!error && in.read(text.data(), static_cast<std::streamsize>(text.size()))) return text;
  }
  throw Error(Error::Kind::unavailable, path.string() + ": cannot be read");
}

// Without the byte order mark. Throws for what is not UTF-8 or has a NUL.
std::string_view checked_text(std::string_view text, const std::string& file) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    refuse_file(file, "is UTF-16; a migration is UTF-8 text");
  if (!detail::is_storable_text(text)) {
    std::size_t at = 0;
    while (text[at] != '\0') {
      const std::size_t length = detail::utf8_sequence_length(text.substr(at));
      if (length == 0) break;
      at += length;
    }
    refuse_file(detail::to_string(detail::place_of(text, at), file),
                text[at] == '\0' ? "a NUL byte; a migration is UTF-8 text" : "is not UTF-8 text");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// Of a file for one direction: the other one's section would run right behind it.
void refuse_sections(std::string_view text, const MigrationName& name, const std::string& file) {
  const bool up = name.kind == MigrationName::Kind::up;
  const std::optional<detail::Section> found = detail::find_section(text, up ? "down" : "up");
  if (!found) return;
  refuse_file(
      detail::to_string(detail::place_of(text, found->offset), file),
      "a section for the other direction, which would run as a part of this file; " +
          std::string(found->goose ? "rename the file to NUMBER_name.sql, which is read in goose's way"
                                   : "put the sections into NUMBER_name.up.sql and NUMBER_name.down.sql"));
}

/// Puts files together to migrations, in whatever order they come.
class Collector {
 public:
  void add(const MigrationName& name, std::string_view raw_text, const std::string& file) {
    const std::string_view text = checked_text(raw_text, file);
    if (name.kind == MigrationName::Kind::both && !detail::is_goose(text))
      refuse_file(
          file,
          "is neither NUMBER_name.up.sql nor NUMBER_name.down.sql and has no line -- +goose Up; rename it");
    if (name.kind != MigrationName::Kind::both) refuse_sections(text, name, file);
    Migration& migration = migrations_[name.version];
    migration.version = name.version;
    if (name.kind == MigrationName::Kind::down) {
      refuse_second(name, goose_.contains(name.version) ? migration.up_file : migration.down_file, file);
      migration.down = text;
      migration.down_file = file;
      return;
    }
    refuse_second(name, migration.up_file, file);
    if (name.kind == MigrationName::Kind::both) refuse_second(name, migration.down_file, file);
    migration.name = name.name;
    migration.up_file = file;
    if (name.kind == MigrationName::Kind::both) {
      goose_.insert(name.version);
      migration.up.clear();
      detail::read_goose(text, file, migration);
    } else {
      migration.up = text;
    }
  }

  [[nodiscard]] bool any_goose() const noexcept { return !goose_.empty(); }

  [[nodiscard]] std::vector<Migration> take() {
    std::vector<Migration> result;
    result.reserve(migrations_.size());
    for (auto& [version, migration] : migrations_) {
      if (migration.up_file.empty())
        refuse_file(migration.down_file, "there is no .up.sql for version " + std::to_string(version));
      result.push_back(std::move(migration));
    }
    return result;
  }

 private:
  static void refuse_second(const MigrationName& name, const std::string& first,
                            const std::string& second) {
    if (first.empty()) return;
    const auto [a, b] = std::minmax(first, second);
    throw Error(Error::Kind::invalid_argument, "version " + std::to_string(name.version) +
                                                   " stands twice: " + a + " and " + b +
                                                   "; give one of them another number");
  }

  std::map<std::int64_t, Migration> migrations_;
  std::set<std::int64_t> goose_;  // a goose file has both directions, also where one is empty
};

// By name, so that errors do not depend on the order in which the file system lists.
std::vector<fs::path> files_of(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory, error) && !error)
    throw Error(Error::Kind::not_found, directory.string() + ": there is no such folder of migrations");
  std::vector<fs::path> paths;
  fs::directory_iterator files(directory, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error))
    paths.push_back(files->path());
  if (error)
    throw Error(Error::Kind::unavailable, directory.string() + ": cannot be read: " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// 00005_name.go beside goose's SQL files; a test of one is no migration.
bool is_goose_program(std::string_view file) {
  return file.ends_with(".go") && !file.ends_with("_test.go") && file[0] >= '0' && file[0] <= '9' &&
         file.find('_') != std::string_view::npos;
}

}  // namespace

std::vector<Migration> read_migrations(const std::filesystem::path& directory) {
  Collector collector;
  std::vector<fs::path> programs;
  for (const fs::path& path : files_of(directory)) {
    const std::string file = path.filename().string();
    const MigrationName name = parse_migration_name(file);
    if (name.kind == MigrationName::Kind::misnamed) refuse_file(path.string(), name.why);
    if (is_goose_program(file)) programs.push_back(path);
    if (name.kind != MigrationName::Kind::foreign) collector.add(name, read_file(path), path.string());
  }
  if (collector.any_goose() && !programs.empty())
    refuse_file(programs.front().string(),
                "a goose migration written in Go cannot be run; write it in SQL");
  return collector.take();
}

std::vector<Migration> read_migrations(std::span<const EmbeddedMigration> embedded) {
  Collector collector;
  for (const EmbeddedMigration& migration : embedded) {
    const std::string version = std::to_string(migration.version);
    const std::string stem = version + "_" + std::string(migration.name);
    const auto file = [&](std::string_view given, const char* suffix) {
      return given.empty() ? stem + suffix : std::string(given);
    };
    const bool both = parse_migration_name(migration.up_file).kind == MigrationName::Kind::both;
    MigrationName name{both ? MigrationName::Kind::both : MigrationName::Kind::up,
                       migration.version,
                       {},
                       migration.name,
                       {}};
    collector.add(name, migration.up, file(migration.up_file, ".up.sql"));
    if (!both && !(migration.down.empty() && migration.down_file.empty())) {
      name.kind = MigrationName::Kind::down;
      collector.add(name, migration.down, file(migration.down_file, ".down.sql"));
    }
  }
  return collector.take();
}

}  // namespace tenon
