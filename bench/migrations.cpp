// A thousand small migrations on SQLite, by the migrator and by the same SQL with the same history rows
// through the sqlite3 API, one transaction each; then what `status` and a start with nothing to do cost.
//
//   tenon_bench_migrations [DIRECTORY]      the files' place; default: the temporary directory

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sqlite3.h>

#include <tenon/database.hpp>

namespace {

using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int count = 1000;
constexpr int rounds = 5;

std::vector<tenon::Migration> migrations() {
  std::vector<tenon::Migration> all(count);
  for (int i = 0; i < count; ++i) {
    tenon::Migration& one = all[static_cast<std::size_t>(i)];
    const std::string n = std::to_string(i + 1);
    one.version = i + 1;
    one.name = "step_" + n;
    one.up = i % 10 == 0 ? "CREATE TABLE t" + n + " (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;\n"
                         : "INSERT INTO t" + std::to_string(i / 10 * 10 + 1) + " (name) VALUES ('row " + n +
                               "');\n";
  }
  return all;
}

template <class Work>
double milliseconds(Work work) {
  const auto began = steady_clock::now();
  work();
  return Milliseconds(steady_clock::now() - began).count();
}

class Raw {
 public:
  explicit Raw(const std::string& path) {
    check(sqlite3_open(path.c_str(), &db_));
    exec(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "CREATE TABLE history (component TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL,"
        " name TEXT NOT NULL, action TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL,"
        " duration_ms INTEGER NOT NULL, tenon_version TEXT NOT NULL, actor TEXT NOT NULL,"
        " reason TEXT NOT NULL, PRIMARY KEY (component, seq)) STRICT");
    check(sqlite3_prepare_v2(db_,
                             "INSERT INTO history VALUES ('app', ?1, ?1, ?2, 'up', ?3,"
                             " '2026-01-01T00:00:00.000000Z', 0, '0.1.0', '', '')",
                             -1, &insert_, nullptr));
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  void apply(const tenon::Migration& migration) {
    static const std::string checksum(64, 'a');
    exec("BEGIN IMMEDIATE");
    exec(migration.up.c_str());
    sqlite3_bind_int64(insert_, 1, migration.version);
    sqlite3_bind_text(insert_, 2, migration.name.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_text(insert_, 3, checksum.c_str(), -1, SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) check(SQLITE_ERROR);
    sqlite3_reset(insert_);
    exec("COMMIT");
  }

 private:
  void exec(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  void check(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void compare(const std::filesystem::path& directory) {
  const std::vector<tenon::Migration> all = migrations();
  std::vector<double> ours, raw, status, idle;
  for (int round = 0; round < rounds; ++round) {
    const std::filesystem::path raw_file = directory / ("raw" + std::to_string(round) + ".db");
    const std::filesystem::path our_file = directory / ("tenon" + std::to_string(round) + ".db");
    {
      Raw rival(raw_file.string());
      raw.push_back(milliseconds([&] {
        for (const tenon::Migration& one : all) rival.apply(one);
      }));
    }
    tenon::Database database = tenon::Database::open("sqlite:" + our_file.string());
    tenon::Migrator migrator = database.migrator("app", all);
    ours.push_back(milliseconds([&] { migrator.up(); }));
    status.push_back(milliseconds([&] { (void)migrator.status(); }));
    idle.push_back(milliseconds([&] { migrator.up(); }));
    database.close();
  }
  std::printf("%d migrations: tenon %.0f ms, sqlite3 API %.0f ms, ratio %.2f\n", count, median(ours),
              median(raw), median(ours) / median(raw));
  std::printf("status with %d applied: %.1f ms; up with nothing to do: %.1f ms\n", count, median(status),
              median(idle));
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path parent = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  const std::filesystem::path directory =
      parent / ("tenon-bench-" + std::to_string(steady_clock::now().time_since_epoch().count()));
  std::filesystem::create_directories(directory);
  try {
    compare(directory);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::filesystem::remove_all(directory);
    return 1;
  }
  std::filesystem::remove_all(directory);
  return 0;
}
