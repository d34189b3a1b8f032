#include <atomic>
#include <filesystem>
#include <random>
#include <string>

#include <tenon/testing/backend.hpp>

namespace {

using tenon::testing::TestDatabase;

// A directory of its own for each file, so that the log and the lock go with it.
class FileDatabase : public TestDatabase {
 public:
  FileDatabase() {
    static std::atomic<unsigned> last{std::random_device{}()};
    do {
      directory_ = std::filesystem::temp_directory_path() / ("tenon-test-" + std::to_string(++last));
    } while (!std::filesystem::create_directory(directory_));
  }
  FileDatabase(const FileDatabase&) = delete;
  FileDatabase& operator=(const FileDatabase&) = delete;
  ~FileDatabase() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  [[nodiscard]] std::string url() const override { return "sqlite:" + (directory_ / "kit.db").string(); }

 protected:
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  std::filesystem::path directory_;
};

// A directory with a file for each tenant.
class FilesDatabase final : public FileDatabase {
 public:
  [[nodiscard]] std::string url() const override {
    return "sqlite:" + directory().string() + "/?tenants=files";
  }
};

class MemoryDatabase final : public TestDatabase {
 public:
  [[nodiscard]] std::string url() const override { return "sqlite::memory:"; }
};

// So that raw SQL writes the tables of the kit too.
tenon::Config with_raw_writes(const std::string& url) {
  tenon::Config config = tenon::Config::from_url(url);
  config.sqlite.raw_schemas = {"kit"};
  return config;
}

class Sqlite final : public tenon::testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "sqlite"; }
  [[nodiscard]] std::unique_ptr<TestDatabase> create() override { return std::make_unique<FileDatabase>(); }
  [[nodiscard]] tenon::Config config(const std::string& url) const override { return with_raw_writes(url); }
};

class SqliteMemory final : public tenon::testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "sqlite_memory"; }
  [[nodiscard]] std::unique_ptr<TestDatabase> create() override {
    return std::make_unique<MemoryDatabase>();
  }
  [[nodiscard]] tenon::Config config(const std::string& url) const override { return with_raw_writes(url); }
  [[nodiscard]] bool persistent() const override { return false; }
  [[nodiscard]] bool reads_beside_a_transaction() const override { return false; }
};

// Fewer files may be open than the kit has tenants, so that they are closed and opened again all the time.
class SqliteFiles final : public tenon::testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "sqlite_files"; }
  [[nodiscard]] std::unique_ptr<TestDatabase> create() override {
    return std::make_unique<FilesDatabase>();
  }
  [[nodiscard]] tenon::Config config(const std::string& url) const override {
    tenon::Config config = with_raw_writes(url);
    config.sqlite.open_tenants = 8;
    config.sqlite.synchronous = tenon::Synchronous::normal;  // no test here pulls the plug
    return config;
  }
  // Their tenants' files, two for each attack, are a few more than may be open.
  [[nodiscard]] std::size_t attacks_per_database() const override { return 5; }
};

TENON_CONFORMANCE_BACKEND(Sqlite);
TENON_CONFORMANCE_BACKEND(SqliteFiles);
TENON_CONFORMANCE_BACKEND(SqliteMemory);

}  // namespace
