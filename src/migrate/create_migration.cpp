#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include <system_error>

#include <tenon/error.hpp>
#include <tenon/migration_source.hpp>

#include "migrate/migration_name.hpp"

namespace tenon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t usual_width = 6;
constexpr std::size_t timestamp_width = 14;  // YYYYMMDDHHMMSS

std::string file_name_of(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || capital) {
      result += capital ? static_cast<char>(c + ('a' - 'A')) : c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  if (result.empty())
    throw Error(Error::Kind::invalid_argument,
                "create migration: the name needs a letter or digit of ASCII, for example add_users");
  return result;
}

std::int64_t timestamp() {
  namespace chrono = std::chrono;
  const auto now = chrono::floor<chrono::seconds>(chrono::system_clock::now());
  const auto day = chrono::floor<chrono::days>(now);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(now - day);
  const std::int64_t ymd = std::int64_t{static_cast<int>(date.year())} * 10'000 +
                           std::int64_t{static_cast<unsigned>(date.month())} * 100 +
                           static_cast<unsigned>(date.day());
  return ymd * 1'000'000 + time.hours().count() * 10'000 + time.minutes().count() * 100 +
         time.seconds().count();
}

bool is_timestamp(const Migration& migration) {
  return std::to_string(migration.version).size() == timestamp_width;
}

// The number for the next migration, as it stands in the file's name.
std::string next_number(const std::vector<Migration>& migrations) {
  if (migrations.empty()) return std::string(usual_width - 1, '0') + "1";
  const Migration& newest = migrations.back();
  if (is_timestamp(newest)) return std::to_string(std::max(timestamp(), newest.version + 1));
  if (newest.version == std::numeric_limits<std::int64_t>::max())
    throw Error(Error::Kind::limit_exceeded, newest.up_file + ": there is no version above its number");
  const std::string file = fs::path(newest.up_file).filename().string();
  const std::size_t width = detail::parse_migration_name(file).digits.size();
  std::string number = std::to_string(newest.version + 1);
  if (number.size() < width) number.insert(0, width - number.size(), '0');
  return number;
}

// Makes the file; "x" fails where it exists, also for one that was made a moment ago.
void write_new(const fs::path& path, const std::string& text) {
  const auto close = [](std::FILE* file) { (void)std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.string().c_str(), "wbx"), close);
  if (!file && errno == EEXIST) throw Error(Error::Kind::already_exists, path.string() + " exists already");
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
      std::fflush(file.get()) != 0)
    throw Error(Error::Kind::unavailable,
                path.string() + ": cannot be written: " + std::generic_category().message(errno));
}

}  // namespace

std::pair<fs::path, fs::path> create_migration(const fs::path& directory, std::string_view name) {
  const std::string stem = file_name_of(name);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Error(Error::Kind::unavailable, directory.string() + ": cannot be made: " + error.message());
  const std::string number = next_number(read_migrations(directory));
  const std::string file = number + "_" + stem;
  std::pair<fs::path, fs::path> made{directory / (file + ".up.sql"), directory / (file + ".down.sql")};
  write_new(made.first, "-- " + file + ": what this migration does, and why.\n\n");
  try {
    write_new(made.second, "-- " + file + ": takes back what " + file + ".up.sql did.\n\n");
  } catch (...) {
    fs::remove(made.first, error);
    throw;
  }
  return made;
}

}  // namespace tenon
