#include "fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/uuid.hpp>

namespace {

// The server's URL with another database.
std::string with_database(const std::string& server, const std::string& database) {
  const std::size_t path = server.find('/', server.find("://") + 3);
  const std::size_t end = std::min(server.find('?'), server.size());
  return server.substr(0, path) + "/" + database + server.substr(end);
}

int run(const std::string& command) {
  const int status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe): tests have one thread
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int psql(const std::string& server, const std::string& sql) {
  return run("psql --no-psqlrc --quiet -c " + shell_word(sql) + " " + shell_word(server) +
             " >/dev/null 2>&1");
}

}  // namespace

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string backend_name(const testing::TestParamInfo<std::string>& parameter) {
  return parameter.param;
}

void ProgramTest::SetUp() {
  const std::string unique = tenon::to_string(tenon::Uuid::random()).substr(0, 13);
  if (GetParam() == "sqlite") {
    url = "sqlite:test.db";
  } else {
    const char* server = std::getenv("TENON_TEST_POSTGRES_URL");  // NOLINT(concurrency-mt-unsafe)
    if (server == nullptr) GTEST_SKIP() << "TENON_TEST_POSTGRES_URL is not set";
    database_ = "tenon_cli_" + unique.substr(0, 8) + unique.substr(9);
    ASSERT_EQ(psql(server, "CREATE DATABASE " + database_), 0) << "psql could not make a database";
    server_ = server;
    url = with_database(server_, database_);
  }
  folder_ = std::filesystem::temp_directory_path() / ("tenon-cli-" + unique);
  std::filesystem::create_directories(folder_);
}

void ProgramTest::TearDown() {
  if (!server_.empty()) psql(server_, "DROP DATABASE " + database_ + " WITH (FORCE)");
  if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::string ProgramTest::file(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return name;
}

Outcome ProgramTest::shell(const std::string& command) const {
  Outcome outcome;
  outcome.exit_code = run("cd " + shell_word(folder_.string()) +
                          " && unset TENON_TENANT && export DATABASE_URL=" + shell_word(url) + " && { " +
                          command + " ; } >out.txt 2>err.txt");
  outcome.out = file_text(folder_ / "out.txt");
  outcome.err = file_text(folder_ / "err.txt");
  return outcome;
}

Outcome ProgramTest::tenon(const std::string& arguments) const {
  return shell(shell_word(TENON_PROGRAM) + " " + arguments);
}

std::string ProgramTest::succeed(const std::string& arguments) const {
  const Outcome outcome = tenon(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << "tenon " << arguments << "\n" << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return outcome.out;
}

nlohmann::json ProgramTest::json(const std::string& arguments) const {
  const std::string out = succeed("--json " + arguments);
  auto document = nlohmann::json::parse(out, nullptr, false);
  EXPECT_FALSE(document.is_discarded()) << "tenon --json " << arguments << "\n" << out;
  return document;
}

std::string ProgramTest::fail(int exit_code, const std::string& arguments) const {
  const Outcome outcome = tenon(arguments);
  EXPECT_EQ(outcome.exit_code, exit_code) << "tenon " << arguments << "\n" << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with("tenon: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  return outcome.err;
}
