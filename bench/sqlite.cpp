#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <stdlib.h>
#include <string>

#include <sqlite3.h>

#include <tenon/config.hpp>

#include "places.hpp"
#include "contenders/raw_sqlite.hpp"
#include "scenarios.hpp"
#include "contenders/tenon.hpp"

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
  [[nodiscard]] std::string filled() const { return directory_ / "filled.db"; }
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

}  // namespace

std::unique_ptr<Place> prepare_sqlite(const Options& options) {
  auto place = std::make_unique<SqlitePlace>(options.directory);
  SqlitePlace& files = *place;
  seed(config_for(files.filled(), "normal"));
  std::cout << "SQLite " << sqlite3_libversion() << ", WAL, files in "
            << std::filesystem::path(files.filled()).parent_path().string()
            << "; raw checkpoints within the commit at " << options.checkpoint_pages
            << " pages, tenon in the background\n";

  const std::string reader = tenant_name(reading_tenant);
  add_reading<RawSqlite>(
      "sqlite/",
      {"raw", [&files, reader] { return std::make_unique<RawSqlite>(files.filled(), reader, "full", 0); }});
  add_reading<Tenon>("sqlite/", {"tenon", [&files, reader] {
                                   return std::make_unique<Tenon>(config_for(files.filled(), "full"),
                                                                  reader);
                                 }});
  for (const std::string& mode : options.synchronous) {
    const std::string prefix = "sqlite " + mode + "/";
    const int inserts = mode == "full" ? 300 : 3000;
    const int pages = options.checkpoint_pages;
    add_writing<RawSqlite>(prefix, inserts, {"raw", [&files, mode, pages] {
                                               return std::make_unique<RawSqlite>(files.fresh_copy(),
                                                                                  "writer", mode, pages);
                                             }});
    add_writing<Tenon>(prefix, inserts, {"tenon", [&files, mode] {
                                           return std::make_unique<Tenon>(
                                               config_for(files.fresh_copy(), mode), "writer");
                                         }});
  }
  return place;
}

}  // namespace tenon_bench
