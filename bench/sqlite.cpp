#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include <tenon/config.hpp>

#include "contenders/raw_sqlite.hpp"
#include "contenders/sqlalchemy.hpp"
#include "contenders/tenon.hpp"
#include "contenders/tenon_raw_sql.hpp"
#include "growth.hpp"
#include "lifetimes.hpp"
#include "mixed.hpp"
#include "places.hpp"
#include "processors.hpp"
#include "scenarios.hpp"
#ifdef TENON_BENCH_SQLITECPP
#include "contenders/sqlitecpp.hpp"
#endif
#ifdef TENON_BENCH_SOCI
#include "contenders/soci.hpp"
#endif

// SQLite. Nobody writes to the file that is read, so all readers share it; every writer has a copy.

namespace tenon_bench {
namespace {

class SqlitePlace final : public Place {
 public:
  explicit SqlitePlace(const std::string& parent)
      : directory_(make_directory(parent.empty() ? std::filesystem::temp_directory_path()
                                                 : std::filesystem::path(parent))) {}
  ~SqlitePlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  // Writers have a thread for their checkpoints.
  void before(const std::string& scenario) override {
    if (scenario.starts_with("sqlite/")) {
      Processors::keep();
    } else {
      Processors::release();
    }
  }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] std::string filled() const { return file("filled.db"); }
  [[nodiscard]] std::string large() const { return file("large.db"); }
  [[nodiscard]] std::string fresh_copy() {
    const std::filesystem::path path = directory_ / ("copy-" + std::to_string(++copies_) + ".db");
    std::filesystem::copy_file(filled(), path);
    return path;
  }

 private:
  static std::filesystem::path make_directory(const std::filesystem::path& parent) {
    std::string name = parent / "tenon-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("cannot make a directory in " + parent.string() +
                               "; name another with --dir");
    return name;
  }
  std::filesystem::path directory_;
  int copies_ = 0;
};

tenon::Config config_for(const std::string& path, const std::string& synchronous) {
  tenon::Config config;
  config.url = "sqlite:" + path;
  config.sqlite.synchronous =
      synchronous == "normal" ? tenon::Synchronous::normal : tenon::Synchronous::full;
  return config;
}

// The contenders by name, each opened on a file for a tenant.
class Contenders {
 public:
  Contenders(SqlitePlace& files, const Options& options) : files_(files), options_(options) {}

  void add_readers() {
    const std::string prefix = "sqlite/";
    const std::string filled = files_.filled();
    const std::string reader = tenant_name(reading_tenant);
    const Contender<RawSqlite> raw{"raw", [=] { return open_raw(filled, reader, "full", 0); }};
    const Contender<Tenon> tenon{"tenon", [=] { return open_tenon(filled, reader, "full"); }};
    add_reading(prefix, raw);
    add_reading(prefix, tenon);
    add_reading<TenonRawSql>(prefix,
                             {"tenon, raw SQL", [=] { return open_raw_sql(filled, reader, "full"); }});
#ifdef TENON_BENCH_SQLITECPP
    add_reading<SqliteCpp>(prefix, {"SQLiteCpp", [=] { return open_cpp(filled, reader, "full"); }});
#endif
#ifdef TENON_BENCH_SOCI
    add_reading<Soci>(prefix, {"SOCI", [=] { return Soci::on_sqlite(filled, reader, "full"); }});
#endif
    add_streams();
    add_scope_switch(prefix, raw);
    add_scope_switch(prefix, tenon);
    add_cold_start(prefix, raw);
    add_cold_start(prefix, tenon);
  }

  void add_writers(const std::string& mode) {
    const std::string prefix = "sqlite " + mode + "/";
    const int inserts = (mode == "full" ? 140 : 700) / (options_.quick ? 2 : 1);
    const std::vector<std::size_t> batches = options_.batches();
    const int pages = options_.checkpoint_pages;
    SqlitePlace& files = files_;
    add_writing<RawSqlite>(
        prefix, inserts,
        {"raw", [&files, mode, pages] { return open_raw(files.fresh_copy(), "writer", mode, pages); }},
        batches);
    add_writing<Tenon>(prefix, inserts,
                       {"tenon", [&files, mode] { return open_tenon(files.fresh_copy(), "writer", mode); }},
                       batches);
    add_writing<TenonRawSql>(
        prefix, inserts,
        {"tenon, raw SQL", [&files, mode] { return open_raw_sql(files.fresh_copy(), "writer", mode); }},
        {});
    const std::vector<std::size_t> small_batches = options_.batches_of_at_most(batch_size);
#ifdef TENON_BENCH_SQLITECPP
    add_writing<SqliteCpp>(
        prefix, inserts,
        {"SQLiteCpp", [&files, mode] { return open_cpp(files.fresh_copy(), "writer", mode); }},
        small_batches);
#endif
#ifdef TENON_BENCH_SOCI
    add_writing<Soci>(
        prefix, inserts,
        {"SOCI", [&files, mode] { return Soci::on_sqlite(files.fresh_copy(), "writer", mode); }},
        small_batches);
#endif
  }

  // Raw is one connection behind a mutex, with SQLite's own checkpoints.
  void add_threads(const std::string& mode) {
    const std::string reader = tenant_name(reading_tenant);
    SqlitePlace& files = files_;
    for (const std::size_t threads : {std::size_t{1}, std::size_t{4}, std::size_t{16}}) {
      const std::string scenario = "sqlite " + mode + "/mixed, " + std::to_string(threads) + " threads";
      const std::size_t operations = (mode == "full" ? 4'000 : 16'000) / threads / (options_.quick ? 4 : 1);
      const int pages = options_.checkpoint_pages;
      const Load load{.threads = threads, .operations = operations, .one_write_in = 10};
      add_mixed<Locked<RawSqlite>>(scenario, load,
                                   {"raw", [&files, mode, reader, pages](std::size_t count) {
                                      const auto one = std::make_shared<Locked<RawSqlite>>(
                                          open_raw(files.fresh_copy(), reader, mode, pages));
                                      return std::vector<std::shared_ptr<Locked<RawSqlite>>>(count, one);
                                    }});
      add_mixed<Tenon>(scenario, load, {"tenon", [&files, mode, reader](std::size_t count) {
                                          const std::shared_ptr<Tenon> one =
                                              open_tenon(files.fresh_copy(), reader, mode);
                                          return std::vector<std::shared_ptr<Tenon>>(count, one);
                                        }});
    }
  }

  void add_scales() {
    SqlitePlace& files = files_;
    for (std::size_t rows = 10'000; rows <= (options_.quick ? 100'000 : options_.largest_scale);
         rows *= 10) {
      for (const std::size_t tenants : {std::size_t{1}, std::size_t{1000}})
        add_growth("sqlite " + std::to_string(tenants) + (tenants == 1 ? " tenant/" : " tenants/"),
                   {rows, tenants}, [&files](const Scale& scale) {
                     return config_for(files.file(std::to_string(scale.rows) + "-" +
                                                  std::to_string(scale.tenants) + ".db"),
                                       "normal");
                   });
    }
  }

 private:
  void add_streams() {
    const std::string large = files_.large();
    const std::size_t rows = options_.streamed_rows();
    std::filesystem::copy_file(files_.filled(), large);
    seed_tenant(config_for(large, "normal"), "streamed", rows);
    add_streaming<RawSqlite>("sqlite/", rows,
                             {"raw", [=] { return open_raw(large, "streamed", "full", 0); }});
    add_streaming<Tenon>("sqlite/", rows, {"tenon", [=] { return open_tenon(large, "streamed", "full"); }});
  }

  static std::unique_ptr<RawSqlite> open_raw(const std::string& path, const std::string& tenant,
                                             const std::string& mode, int pages) {
    return std::make_unique<RawSqlite>(path, tenant, mode, pages);
  }
  static std::unique_ptr<Tenon> open_tenon(const std::string& path, const std::string& tenant,
                                           const std::string& mode) {
    return std::make_unique<Tenon>(config_for(path, mode), tenant);
  }
  static std::unique_ptr<TenonRawSql> open_raw_sql(const std::string& path, const std::string& tenant,
                                                   const std::string& mode) {
    return std::make_unique<TenonRawSql>(config_for(path, mode), tenant, "analyses");
  }
#ifdef TENON_BENCH_SQLITECPP
  static std::unique_ptr<SqliteCpp> open_cpp(const std::string& path, const std::string& tenant,
                                             const std::string& mode) {
    return std::make_unique<SqliteCpp>(path, tenant, mode);
  }
#endif

  SqlitePlace& files_;
  const Options& options_;
};

}  // namespace

std::unique_ptr<Place> prepare_sqlite(const Options& options) {
  auto place = std::make_unique<SqlitePlace>(options.directory);
  seed(config_for(place->filled(), "normal"));
  seed_small_tenants(config_for(place->filled(), "normal"));
  std::cout << "SQLite " << sqlite3_libversion() << ", WAL, files in "
            << std::filesystem::path(place->filled()).parent_path().string()
            << "; raw checkpoints within the commit at " << options.checkpoint_pages
            << " pages, tenon in the background\n";
  Contenders contenders(*place, options);
  contenders.add_readers();
  if (SqlAlchemy::installed("sqlite3")) {
    for (const auto& [scenario, operation] : SqlAlchemy::operations)
      if (std::string_view(operation) != "insert")
        add_measured(std::string("sqlite/") + scenario, "SQLAlchemy",
                     [file = place->filled(), operation = operation] {
                       return SqlAlchemy("sqlite", file).seconds_per(operation);
                     });
  } else {
    std::cout << "SQLAlchemy is not installed and left out\n";
  }
  for (const std::string& mode : options.synchronous) {
    contenders.add_writers(mode);
    contenders.add_threads(mode);
  }
  contenders.add_scales();
  return place;
}

}  // namespace tenon_bench
