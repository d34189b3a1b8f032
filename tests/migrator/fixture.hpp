#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/types.h>

#include <tenon/backend/engine.hpp>
#include <tenon/database.hpp>
#include <tenon/migration_source.hpp>
#include <tenon/testing/backend.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::test {

using testing::error_of;
using Versions = std::vector<std::int64_t>;

/// An empty database, a folder for migrations, and the command line as processes.
class MigratorTest : public ::testing::TestWithParam<testing::Backend*> {
 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] bool postgres() const { return GetParam()->name() == "postgres"; }
  [[nodiscard]] std::string url() const { return place_->url(); }
  [[nodiscard]] Database open() const { return Database::open(url()); }
  /// Component "app" with the folder's files.
  [[nodiscard]] Migrator app(Database& database) const {
    return database.migrator("app", read_migrations(folder_));
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void file(const std::string& name, const std::string& text) const;
  /// Copies the data's folder of this name.
  void use_data(const std::string& name) const;

  /// Runs SQL past the migrator; `value` returns the first field of the first row.
  void sql(const std::string& text) const;
  [[nodiscard]] std::string value(const std::string& query) const;
  /// The database's whole schema as text, without the migrator's own tables' rows.
  [[nodiscard]] std::string schema() const;

  /// Starts `tenon --url … migrate ARGUMENTS`, with output to files in the folder's parent.
  [[nodiscard]] pid_t start(std::vector<std::string> arguments) const;
  /// The exit code, or minus the signal.
  [[nodiscard]] static int wait(pid_t process);
  [[nodiscard]] int run(std::vector<std::string> arguments) const {
    return wait(start(std::move(arguments)));
  }
  /// What the newest processes wrote to standard error.
  [[nodiscard]] std::string complaint() const { return text_of("err.txt"); }
  /// And to standard output.
  [[nodiscard]] std::string output() const { return text_of("out.txt"); }
  [[nodiscard]] std::string source() const { return folder_.string(); }

 private:
  [[nodiscard]] std::string text_of(const char* file) const;

  std::unique_ptr<testing::TestDatabase> place_;
  std::filesystem::path work_;
  std::filesystem::path folder_;
};

[[nodiscard]] std::vector<testing::Backend*> persistent_backends();
[[nodiscard]] std::string backend_name(const ::testing::TestParamInfo<testing::Backend*>& parameter);
[[nodiscard]] testing::Backend* backend_called(const std::string& name);

#define TENON_ON_BACKENDS(Suite) \
  INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::ValuesIn(persistent_backends()), backend_name)
#define TENON_ON_POSTGRES(Suite) \
  INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::Values(backend_called("postgres")), backend_name)
#define TENON_ON_SQLITE(Suite) \
  INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::Values(backend_called("sqlite")), backend_name)

}  // namespace tenon::test
