#include <chrono>
#include <optional>
#include <signal.h>
#include <string>
#include <thread>
#include <utility>

#include <sys/wait.h>

#include "../support/server_sql.hpp"
#include "fixture.hpp"

namespace tenon::test {
namespace {

// A process that does not end by itself.
class Endless {
 public:
  explicit Endless(pid_t process) : process_(process) {}
  Endless(const Endless&) = delete;
  Endless& operator=(const Endless&) = delete;
  ~Endless() { (void)kill(); }
  [[nodiscard]] bool alive() {
    if (process_ != 0 && waitpid(process_, nullptr, WNOHANG) != 0) process_ = 0;
    return process_ != 0;
  }
  // As SIGKILL ends it; false when it had ended.
  bool kill() {
    if (process_ == 0) return false;
    ::kill(process_, SIGKILL);
    int status = 0;
    const pid_t ended = waitpid(std::exchange(process_, 0), &status, 0);
    return ended > 0 && WIFSIGNALED(status);
  }

 private:
  pid_t process_;
};

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
  // A file that never ends, and one before it.
  void write_an_endless_file() const {
    file("1_begun.up.sql", "CREATE TABLE begun (n integer);\n");
    file("2_endless.up.sql",
         "CREATE TABLE half (n integer);\n" +
             std::string(postgres() ? "SELECT pg_sleep(86400);\n"
                                    : "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 1 FROM t)"
                                      " SELECT count(*) FROM t;\n"));
  }
  // Waits until the one that was started is in the middle of it.
  void await_the_endless_file(Endless& holder) const {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes{5};
    while (!is_in_the_endless_file()) {
      ASSERT_TRUE(holder.alive()) << complaint();
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << complaint();
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

 private:
  [[nodiscard]] bool is_in_the_endless_file() const {
    if (postgres())
      return value(
                 "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(86400)%'"
                 " AND pid <> pg_backend_pid() AND datname = current_database()") == "1";
    if (value("SELECT count(*) FROM sqlite_schema WHERE name = 'begun'") != "1") return false;
    // The first file is done: whoever writes now writes the second.
    Config impatient = Config::from_url(url());
    impatient.sqlite.busy_timeout = std::chrono::milliseconds{0};
    Database database = Database::open(impatient);
    try {
      database.engine().maintenance()->begin();
      return false;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::busy) << error.what();
      return true;
    }
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
  write_an_endless_file();
  Endless holder(start({"up", "--source", source()}));
  await_the_endless_file(holder);
  ASSERT_TRUE(holder.kill());
  file("2_endless.up.sql", "CREATE TABLE half (n integer);\n");
  EXPECT_EQ(run({"up", "--source", source()}), 0) << complaint();
  expect_applied_once("app", 2);
}

TEST_P(Starters, SayThatAnotherOneIsAtWorkWhenTheyMayNotWait) {
  write_an_endless_file();
  Endless holder(start({"up", "--source", source()}));
  await_the_endless_file(holder);
  EXPECT_EQ(run({"up", "--source", source(), "--lock-timeout", "0.2"}), 1);
  EXPECT_THAT(complaint(), ::testing::AnyOf(::testing::HasSubstr("another migrator did not finish"),
                                            ::testing::HasSubstr("stayed locked")));
  ASSERT_TRUE(holder.kill());
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

// Roles and their members are the cluster's, which no lock in one of its databases guards.
TEST_P(StartersOnPostgres, MayGrantTheRolesThatAnotherDatabasesMigrationGrants) {
  ServerConnection admin(url());
  const bool modern = std::stoi(admin.run("show server_version_num").value_or("0")) >= 160000;
  admin.run(
      "do $$ begin execute format('create role starter login createrole; grant create on database %I to "
      "starter; grant create on schema public to starter', current_database()); end $$");
  for (const std::string role : {"tenon_app", "tenon_read_only", "tenon_administrator"}) {
    admin.run("do $$ begin create role " + role + "; exception when duplicate_object then null; end $$");
    if (modern) admin.run("grant " + role + " to starter with admin true, inherit false, set false");
  }
  std::string login = url();
  login.replace(login.find("postgres@"), 9, "starter@");
  ServerConnection other(login);
  other.run(std::string("begin; grant tenon_app to starter") +
            (modern ? " with inherit false, set true" : ""));
  std::optional<Error> failure;
  std::thread starter([&] {
    try {
      Database::open(login).migrate();
    } catch (const Error& error) {
      failure = error;
    }
  });
  const auto waits = [&] {
    return admin
        .run("select 'x' from pg_stat_activity where usename = 'starter' and wait_event = 'transactionid'")
        .has_value();
  };
  for (int i = 0; i < 1000 && !waits(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(waits());
  other.run("commit");
  starter.join();
  EXPECT_FALSE(failure) << failure->what();
  admin.run("drop owned by starter cascade; drop role starter");
}

TENON_ON_POSTGRES(StartersOnPostgres);

}  // namespace
}  // namespace tenon::test
