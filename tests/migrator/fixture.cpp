#include "fixture.hpp"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/uuid.hpp>

namespace tenon::test {

void MigratorTest::SetUp() {
  if (const std::string reason = GetParam()->unavailable(); !reason.empty()) GTEST_SKIP() << reason;
  place_ = GetParam()->create();
  work_ = std::filesystem::temp_directory_path() / ("tenon-migrator-" + to_string(Uuid::random()));
  folder_ = work_ / "migrations";
  std::filesystem::create_directories(folder_);
}

void MigratorTest::TearDown() {
  if (!work_.empty()) std::filesystem::remove_all(work_);
}

void MigratorTest::file(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

void MigratorTest::use_data(const std::string& name) const {
  const std::filesystem::path from = std::filesystem::path(MIGRATIONS_DATA) / name;
  ASSERT_TRUE(std::filesystem::is_directory(from)) << from;
  std::filesystem::copy(from, folder_);
}

void MigratorTest::sql(const std::string& text) const {
  Database database = open();
  database.engine().maintenance()->execute(text);
  database.close();
}

std::string MigratorTest::value(const std::string& query) const {
  Database database = open();
  const auto rows = database.engine().maintenance()->query(query, {});
  database.close();
  return rows.empty() ? "no row" : rows[0][0].value_or("null");
}

std::string MigratorTest::schema() const {
  std::string text;
  if (!postgres()) {
    Database database = open();
    for (const auto& row : database.engine().maintenance()->query(
             "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema"
             " ORDER BY type, name",
             {}))
      text += row[0].value_or("") + "\n";
    database.close();
    return text;
  }
  const std::string command = "pg_dump --schema-only --no-owner '" + url() + "'";
  std::FILE* const pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    const std::string_view line(buffer.data());  // newer ones of pg_dump print a random key
    if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) text += line;
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

pid_t MigratorTest::start(std::vector<std::string> arguments) const {
  std::vector<std::string> words{TENON_PROGRAM, "--url", url(), "migrate"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> raw;
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  const std::string out = (work_ / "out.txt").string();
  const std::string err = (work_ / "err.txt").string();
  const pid_t child = fork();
  if (child != 0) return child;
  const auto redirect = [](const std::string& to, int descriptor) {
    dup2(::open(to.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), descriptor);
  };
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  execv(TENON_PROGRAM, raw.data());
  _exit(127);
}

int MigratorTest::wait(pid_t process) {
  int status = 0;
  EXPECT_EQ(waitpid(process, &status, 0), process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string MigratorTest::text_of(const char* file) const {
  std::ifstream in(work_ / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<testing::Backend*> persistent_backends() {
  std::vector<testing::Backend*> all;
  for (testing::Backend* backend : testing::backends())
    if (backend->persistent()) all.push_back(backend);
  return all;
}

std::string backend_name(const ::testing::TestParamInfo<testing::Backend*>& parameter) {
  return parameter.param->name();
}

testing::Backend* backend_called(const std::string& name) {
  for (testing::Backend* backend : testing::backends())
    if (backend->name() == name) return backend;
  return nullptr;
}

}  // namespace tenon::test
