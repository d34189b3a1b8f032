#include <chrono>
#include <signal.h>
#include <thread>

#include "fixture.hpp"

namespace tenon::test {
namespace {

class Starters : public MigratorTest {
 protected:
  // Starts as many processes at once and expects each to succeed.
  void start_all(int count, const std::vector<std::string>& arguments) const {
    std::vector<pid_t> processes;
    for (int i = 0; i < count; ++i) processes.push_back(start(arguments));
    for (const pid_t process : processes) EXPECT_EQ(wait(process), 0);
    EXPECT_EQ(complaint(), "");
  }
  // One event for each version of the component, all of them up.
  void expect_applied_once(const std::string& component, std::size_t versions) const {
    Database database = open();
    const auto events = component == "tenon"
                            ? database.migrator().history()
                            : database.migrator(component, std::vector<Migration>{}).history();
    EXPECT_EQ(events.size(), versions);
    for (const MigrationEvent& event : events) EXPECT_EQ(event.action, MigrationEvent::Action::up);
    database.close();
  }
  // A statement that takes some seconds.
  [[nodiscard]] std::string slow() const {
    return postgres() ? "SELECT pg_sleep(2);\n"
                      : "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 12000000)"
                        " SELECT count(*) FROM t;\n";
  }
};

TEST_P(Starters, TenOnAnEmptyDatabaseApplyEachFileOnce) {
  for (int i = 1; i <= 8; ++i) {
    const std::string n = std::to_string(i);
    file(n + "_t.up.sql", (i % 3 == 0 ? "-- tenon:no-transaction\n" : "") + std::string("CREATE TABLE t") +
                              n + " (n integer);\nINSERT INTO t" + n + " VALUES (1);\n");
  }
  start_all(10, {"up", "--source", source()});
  expect_applied_once("app", 8);
  for (int i = 1; i <= 8; ++i) EXPECT_EQ(value("SELECT count(*) FROM t" + std::to_string(i)), "1");
}

TEST_P(Starters, OfFilesWithoutATransactionRunEachStatementOnce) {
  file("1_log.up.sql", "CREATE TABLE log (n integer);\n");
  for (int i = 2; i <= 6; ++i) {
    std::string text = "-- tenon:no-transaction\n";
    for (int n = 0; n < 5; ++n) text += "INSERT INTO log VALUES (" + std::to_string(i * 10 + n) + ");\n";
    if (!postgres()) text += "VACUUM;\n";
    file(std::to_string(i) + "_many.up.sql", text);
  }
  start_all(10, {"up", "--source", source()});
  expect_applied_once("app", 6);
  EXPECT_EQ(value("SELECT count(*) FROM log"), "25");
  EXPECT_EQ(value("SELECT count(DISTINCT n) FROM log"), "25");
  EXPECT_EQ(value(postgres() ? "SELECT count(*) FROM tenon.schema_journal"
                             : "SELECT count(*) FROM tenon_schema_journal"),
            "0");
}

TEST_P(Starters, TenMakeTheBundledSchemaOnce) {
  start_all(10, {"up"});
  Database database = open();
  const std::size_t versions = database.migrator().migrations().size();
  database.close();
  expect_applied_once("tenon", versions);
}

TEST_P(Starters, AreNotHeldUpByOneThatWasKilledInAFile) {
  file("1_slow.up.sql", "CREATE TABLE half (n integer);\n" + slow());
  const pid_t holder = start({"up", "--source", source()});
  std::this_thread::sleep_for(std::chrono::milliseconds{700});
  ASSERT_EQ(kill(holder, SIGKILL), 0);
  ASSERT_EQ(wait(holder), -SIGKILL) << "it was done before it could be killed";
  EXPECT_EQ(run({"up", "--source", source(), "--lock-timeout", "30"}), 0) << complaint();
  expect_applied_once("app", 1);
}

TEST_P(Starters, SayThatAnotherOneIsAtWorkWhenTheyMayNotWait) {
  file("1_slow.up.sql", slow() + slow());
  const pid_t holder = start({"up", "--source", source()});
  std::this_thread::sleep_for(std::chrono::milliseconds{700});
  EXPECT_EQ(run({"up", "--source", source(), "--lock-timeout", "0.2"}), 1);
  EXPECT_THAT(complaint(), ::testing::AnyOf(::testing::HasSubstr("another migrator did not finish"),
                                            ::testing::HasSubstr("stayed locked")));
  EXPECT_EQ(wait(holder), 0);
}

TENON_ON_BACKENDS(Starters);

class StartersOnPostgres : public Starters {};

TEST_P(StartersOnPostgres, DoNotDeadlockWithAnIndexThatIsBuiltConcurrently) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nINSERT INTO t SELECT generate_series(1, 200000);\n");
  file("2_i.up.sql",
       "CREATE INDEX CONCURRENTLY t_n ON t (n);\nCREATE INDEX CONCURRENTLY t_m ON t ((n + 1));\n");
  start_all(10, {"up", "--source", source(), "--lock-timeout", "60"});
  expect_applied_once("app", 2);
  EXPECT_EQ(value("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid"), "2");
}

TENON_ON_POSTGRES(StartersOnPostgres);

}  // namespace
}  // namespace tenon::test
