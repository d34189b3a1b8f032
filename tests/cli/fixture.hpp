#pragma once

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// What a program did.
struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// A text as one word of the shell.
std::string shell_word(const std::string& text);
std::string file_text(const std::filesystem::path& path);

/// A folder and a database for one test, on the backend that the parameter names: "sqlite" or "postgres".
/// PostgreSQL is the server of TENON_TEST_POSTGRES_URL; without it the test is skipped.
class ProgramTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Writes a file into the folder; returns its name.
  std::string file(const std::string& name, const std::string& text) const;
  /// Runs a command of the shell in the folder, with DATABASE_URL set and no TENON_TENANT.
  [[nodiscard]] Outcome shell(const std::string& command) const;
  /// Runs `tenon ARGUMENTS`, in the shell's words.
  [[nodiscard]] Outcome tenon(const std::string& arguments) const;
  /// As tenon, for a command that has to succeed; returns its output.
  std::string succeed(const std::string& arguments) const;
  /// As succeed with --json; returns the document.
  nlohmann::json json(const std::string& arguments) const;
  /// Runs a command that has to fail with this exit code; returns its one sentence on stderr.
  std::string fail(int exit_code, const std::string& arguments) const;

  std::string url;

 private:
  std::filesystem::path folder_;
  std::string server_;    // URL of the server where the test's database was made
  std::string database_;  // its name
};

/// The parameter as part of a test's name.
std::string backend_name(const testing::TestParamInfo<std::string>& parameter);

/// The suite is run on every backend that the program has.
#if defined(TENON_HAS_SQLITE) && defined(TENON_HAS_POSTGRES)
#define ON_EVERY_BACKEND testing::Values("sqlite", "postgres")
#elif defined(TENON_HAS_SQLITE)
#define ON_EVERY_BACKEND testing::Values("sqlite")
#else
#define ON_EVERY_BACKEND testing::Values("postgres")
#endif
