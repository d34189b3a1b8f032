#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/database.hpp>
#include <tenon/error.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/uuid.hpp>

namespace tenon::test {

/// A folder of its own for each test, in which backups lie in "backups".
class BackupFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("tenon-backup-" + to_string(Uuid::random()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string backups() const { return (folder_ / "backups").string(); }

  /// Names in the directory of the backups, sorted, without the lock's.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(backups()))
      if (entry.path().filename() != ".tenon-backup.lock") found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }
  static void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static void put(const Database& database, const std::string& tenant, const std::string& id) {
    PolicyStore{database.scope(TenantContext{tenant})}.insert({.id = id, .name = id});
  }
  /// Ids of the tenant's policies.
  static std::vector<std::string> ids(const Database& database, const std::string& tenant) {
    std::vector<std::string> found;
    for (const Policy& policy : PolicyStore{database.scope(TenantContext{tenant})}.enabled())
      found.push_back(policy.id);
    return found;
  }

 private:
  std::filesystem::path folder_;
};

/// Expects an Error of this kind; returns its text.
template <class Work>
std::string refused(Error::Kind kind, Work&& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was refused";
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.kind()), to_string(kind)) << error.what();
    return error.what();
  }
}

}  // namespace tenon::test
