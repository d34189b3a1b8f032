#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <tenon/backends/sqlite.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

using SqliteOpen = SqliteTest;

Error::Kind open_error(const std::string& url) {
  return kind_of([&] { (void)open(url); });
}

// Runs the body in a folder as the current one.
class CurrentFolder {
 public:
  explicit CurrentFolder(const std::filesystem::path& path) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(path);
  }
  CurrentFolder(const CurrentFolder&) = delete;
  CurrentFolder& operator=(const CurrentFolder&) = delete;
  ~CurrentFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
};

TEST_F(SqliteOpen, TakesEveryUrlForm) {
  put("a", 1);
  EXPECT_EQ(number(*open("sqlite:" + file), "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(number(*open("sqlite:///" + file), "SELECT count(*) FROM items"), 1);  // four slashes: absolute
  const CurrentFolder here(folder.path());
  EXPECT_EQ(number(*open("sqlite:test.db"), "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(number(*open("sqlite:///test.db"), "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(number(*open("sqlite:///./test.db"), "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(number(*open("sqlite:////" + file.substr(1)), "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(number(*open("sqlite:///t%65st.db"), "SELECT count(*) FROM items"), 1);
}

TEST_F(SqliteOpen, WaitsForOthersThatReadAFileInAnotherJournalMode) {
  const std::string other = folder.file("rollback.db");
  Stranger reader(other);
  reader.run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1); BEGIN; SELECT a FROM t");
  Config impatient;
  impatient.sqlite.busy_timeout = 50ms;
  EXPECT_EQ(kind_of([&] { (void)open("sqlite:" + other, impatient); }), Error::Kind::busy);

  std::thread release([&] {
    std::this_thread::sleep_for(100ms);
    reader.run("COMMIT");
  });
  Config patient;
  patient.sqlite.busy_timeout = 60s;
  EXPECT_EQ(number(*open("sqlite:" + other, patient), "SELECT a FROM t"), 1);
  release.join();
}

TEST_F(SqliteOpen, DecodesPercentOnlyInFormsWithSlashes) {
  const CurrentFolder here(folder.path());
  (void)open("sqlite:///a%20b.db");
  EXPECT_TRUE(std::filesystem::exists("a b.db"));
  (void)open("sqlite:c%20d.db");
  EXPECT_TRUE(std::filesystem::exists("c%20d.db"));
}

TEST_F(SqliteOpen, DoesNotReadAPathAsAnSqliteUri) {
  const CurrentFolder here(folder.path());
  std::filesystem::create_directory("file:x");
  (void)open("sqlite:file:y.db");
  EXPECT_TRUE(std::filesystem::exists("file:y.db"));
}

TEST_F(SqliteOpen, RefusesUrlsThatCannotWork) {
  EXPECT_EQ(open_error("sqlite:"), Error::Kind::invalid_argument);
  EXPECT_EQ(open_error("sqlite:///"), Error::Kind::invalid_argument);
  EXPECT_EQ(open_error("sqlite://host/file.db"), Error::Kind::invalid_argument);
  EXPECT_EQ(open_error("sqlite:///a%2.db"), Error::Kind::invalid_argument);
  EXPECT_EQ(open_error("sqlite:///a%2"), Error::Kind::invalid_argument);
  EXPECT_EQ(open_error("sqlite:///a%00b"), Error::Kind::invalid_argument);
  const Error unknown = error_of([&] { (void)open(url() + "?mode=ro&x=1"); });
  EXPECT_EQ(unknown.kind(), Error::Kind::invalid_argument);
  EXPECT_NE(std::string(unknown.what()).find("'mode'"), std::string::npos) << unknown.what();
}

TEST_F(SqliteOpen, TellsWhatIsWrongWithTheFile) {
  EXPECT_EQ(open_error("sqlite:" + folder.file("none/x.db")), Error::Kind::unavailable);
  EXPECT_EQ(open_error("sqlite:" + folder.path().string()), Error::Kind::unavailable);
  std::ofstream(folder.file("text.db")) << std::string(5000, 'x');
  EXPECT_EQ(open_error("sqlite:" + folder.file("text.db")), Error::Kind::corrupt);
}

TEST_F(SqliteOpen, RefusesAFileThatItCannotWrite) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write every file";
  const std::string other = folder.file("locked.db");
  Stranger(other).run("CREATE TABLE t (a)");
  ::chmod(other.c_str(), 0444);
  EXPECT_EQ(open_error("sqlite:" + other), Error::Kind::read_only);
}

TEST_F(SqliteOpen, NamesTheVersion) {
  EXPECT_EQ(engine->version(), "SQLite " + std::string(sqlite3_libversion()));
  EXPECT_EQ(engine->dialect().name(), "sqlite");
}

TEST_F(SqliteOpen, MayRegisterTheDriverAgain) {
  sqlite::register_driver();
  sqlite::register_driver();
  EXPECT_NO_THROW((void)open(url()));
}

TEST_F(SqliteOpen, RefusesCallsAfterClose) {
  put("a", 1);
  engine->close();
  engine->close();
  EXPECT_EQ(kind_of([&] { (void)count(); }), Error::Kind::unavailable);
  EXPECT_EQ(kind_of([&] { put("b", 1); }), Error::Kind::unavailable);
  EXPECT_EQ(kind_of([&] { (void)engine->begin(customer, {}); }), Error::Kind::unavailable);
  EXPECT_EQ(kind_of([&] { (void)engine->maintenance(); }), Error::Kind::unavailable);
}

TEST_F(SqliteOpen, LeavesAWholeFileBehind) {
  for (int i = 0; i < 50; ++i) put("k" + std::to_string(i), i);
  engine->close();
  EXPECT_FALSE(std::filesystem::exists(file + "-wal"));
  EXPECT_EQ(Stranger(file).number("SELECT count(*) FROM items"), 50);
}

TEST_F(SqliteOpen, SetsThePragmas) {
  EXPECT_EQ(Stranger(file).number("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
  const auto maintenance = engine->maintenance();
  EXPECT_EQ(*maintenance->query("PRAGMA foreign_keys", {})[0][0], "1");
  EXPECT_EQ(*maintenance->query("PRAGMA synchronous", {})[0][0], "2");
  EXPECT_EQ(*maintenance->query("PRAGMA trusted_schema", {})[0][0], "0");
}

// U+FFFE and U+FFFF, and so two tenants, would be stored as one.
TEST_F(SqliteOpen, RefusesAFileWhoseTextIsInUtf16) {
  const std::string wide = folder.file("wide.db");
  Stranger(wide).run("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (x TEXT)");
  EXPECT_EQ(kind_of([&] { (void)open("sqlite:" + wide); }), Error::Kind::unsupported);
}

}  // namespace
}  // namespace tenon::test
