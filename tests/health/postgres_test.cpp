#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/backend/engine.hpp>
#include <tenon/database.hpp>
#include <tenon/policy_store.hpp>

#include "postgres/proxy.hpp"
#include "postgres/standby.hpp"
#include "support/environment.hpp"
#include "support/server_sql.hpp"

namespace tenon::test {
namespace {

using postgres::testing::CountingProxy;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

// How much later than its timeout an answer may come on a busy machine.
constexpr milliseconds slack{400};

bool run_as_server(const std::string& program) {
  return std::system((variable("TENON_TEST_POSTGRES_RUN") + program + " >/dev/null 2>&1").c_str()) == 0;
}

class PostgresHealth : public ::testing::Test {
 protected:
  void SetUp() override {
    if (variable("TENON_TEST_POSTGRES_RUN").empty())
      GTEST_SKIP() << "run it under tests/support/with_postgres.sh --tls";
    const std::string url = variable("TENON_TEST_POSTGRES_TCP_URL");
    const std::size_t colon = url.rfind(':');
    port_ = std::stoi(url.substr(colon + 1));
  }

  // A database behind a proxy of the test's own.
  Database open() {
    proxy_.emplace(port_);
    Config config =
        Config::from_url("postgresql://postgres@127.0.0.1:" + std::to_string(proxy_->port()) + "/postgres");
    config.pool.size = 1;
    config.pool.connect_timeout = std::chrono::seconds{5};
    return Database::open(config);
  }

  template <class Ask>
  static auto timed(milliseconds timeout, Ask&& ask) {
    const auto start = steady_clock::now();
    auto answer = ask(timeout);
    EXPECT_LT(steady_clock::now() - start, timeout + slack);
    return answer;
  }
  static Health health(const Database& database, milliseconds timeout = milliseconds{300}) {
    return timed(timeout, [&](milliseconds t) { return database.health(t); });
  }
  static Readiness ready(const Database& database, milliseconds timeout = milliseconds{200}) {
    return timed(timeout, [&](milliseconds t) { return database.ready(t); });
  }

  int port_ = 0;
  std::optional<CountingProxy> proxy_;
};

TEST_F(PostgresHealth, NoticesAServerThatIsDownAndOneThatIsBack) {
  Database database = open();
  EXPECT_TRUE(health(database, milliseconds{2'000}).available);
  proxy_.reset();  // the port is closed and its connections broken
  const Health down = health(database);
  EXPECT_FALSE(down.available);
  EXPECT_THAT(down.error, HasSubstr("refused"));
  EXPECT_THAT(ready(database).error, HasSubstr("refused"));
}

// The login that production should have could not read the history of migrations, and nothing told how it
// can.
TEST_F(PostgresHealth, TellsALoginThatMayOnlyTakeTheRolesWhatItNeeds) {
  const std::string server = variable("TENON_TEST_POSTGRES_TCP_URL");
  const std::string at = "127.0.0.1:" + std::to_string(port_) + "/";
  ServerConnection superuser(server);
  superuser.run("create role member login");
  superuser.run("create database history_of_others");
  const auto run_roles_sql = [&] {
    return std::system(("psql -qX -v ON_ERROR_STOP=1 -v login=member -d postgresql://postgres@" + at +
                        "history_of_others -f " TENON_TEST_ROLES_SQL)
                           .c_str());
  };
  ASSERT_EQ(run_roles_sql(), 0);
  Database::open("postgresql://postgres@" + at + "history_of_others").migrate();
  Database database = Database::open("postgresql://member@" + at + "history_of_others");
  const Health before = health(database, milliseconds{2'000});
  EXPECT_TRUE(before.available);
  EXPECT_FALSE(before.schema_version);
  EXPECT_THAT(before.warning, HasSubstr("docs/roles.sql"));
  ASSERT_EQ(run_roles_sql(), 0);
  const Health after = health(database, milliseconds{2'000});
  EXPECT_GT(after.schema_version.value_or(0), 0);
  EXPECT_EQ(after.pending_migrations, 0);
  EXPECT_EQ(after.warning, "");
}

TEST_F(PostgresHealth, TellsALoginThatSetConfigWasTakenFromWhatItNeeds) {
  const std::string server = variable("TENON_TEST_POSTGRES_TCP_URL");
  const std::string at = "127.0.0.1:" + std::to_string(port_) + "/";
  ServerConnection superuser(server);
  superuser.run("create role serving login");
  superuser.run("create role migrating login");
  superuser.run("create database protected owner migrating");
  const auto run_roles_sql = [&](const std::string& arguments) {
    return std::system(("psql -qX -v ON_ERROR_STOP=1 -d postgresql://postgres@" + at + "protected -f " +
                        TENON_TEST_ROLES_SQL " " + arguments)
                           .c_str());
  };
  ASSERT_EQ(run_roles_sql("-v login=migrating"), 0);
  Database::open("postgresql://migrating@" + at + "protected").migrate();
  ASSERT_EQ(run_roles_sql("-v login=serving -v protect_settings=1"), 0);
  (void)Database::open("postgresql://serving@" + at + "protected");

  std::string told;
  try {
    (void)Database::open("postgresql://migrating@" + at + "protected");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
    told = error.what();
  }
  EXPECT_THAT(told, HasSubstr("grant execute on function pg_catalog.set_config(text, text, boolean)"));
  ASSERT_EQ(run_roles_sql("-v login=migrating -v protect_settings=1"), 0);
  Database::open("postgresql://migrating@" + at + "protected").migrate();
}

TEST_F(PostgresHealth, AnswersOnTimeWhileTheServerHangs) {
  Database database = open();
  EXPECT_TRUE(ready(database, milliseconds{2'000}));
  proxy_->freeze();
  for (int i = 0; i < 3; ++i) {  // over the kept connection, then over new ones
    EXPECT_THAT(ready(database).error, HasSubstr("in time"));
    EXPECT_FALSE(health(database).available);
  }
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (ready(database)) ++wrong;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
  proxy_->freeze(false);
  EXPECT_TRUE(ready(database, milliseconds{5'000}));
}

// A broken connection of the last check says nothing about now.
TEST_F(PostgresHealth, MakesAnotherConnectionWhenItsOwnWasEnded) {
  Database database = open();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(ready(database, milliseconds{2'000}));
    database.engine().maintenance()->execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'tenon' AND pid <> pg_backend_pid()");
  }
  EXPECT_EQ(health(database, milliseconds{2'000}).error, "");
}

TEST_F(PostgresHealth, TellsTheTruthThroughARestart) {
  Database database = Database::open(variable("TENON_TEST_POSTGRES_TCP_URL"));
  ASSERT_TRUE(ready(database, milliseconds{2'000}));
  std::atomic<bool> done{false};
  std::thread restart([&] {
    EXPECT_TRUE(run_as_server("pg_ctl --pgdata data --log server.log --wait --mode fast --options '-p " +
                              std::to_string(port_) + "' restart"));
    done = true;
  });
  int refused = 0;
  while (!done) {
    if (!ready(database)) ++refused;
    std::this_thread::sleep_for(milliseconds{2});
  }
  restart.join();
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(ready(database, milliseconds{2'000}));
  EXPECT_EQ(health(database, milliseconds{2'000}).error, "");
}

TEST_F(PostgresHealth, ClosesWhileACheckHangs) {
  Database database = open();
  EXPECT_TRUE(ready(database, milliseconds{2'000}));
  proxy_->freeze();
  std::thread caller([&] { EXPECT_FALSE(ready(database)); });
  std::this_thread::sleep_for(milliseconds{50});
  database.close();
  caller.join();
  EXPECT_FALSE(ready(database));
}

// As a name server does.
TEST_F(PostgresHealth, ClosesSoonAfterACheckWhoseConnectHangs) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const auto hang = std::make_shared<std::atomic<bool>>(false);
  Config config = Config::from_url(variable("TENON_TEST_POSTGRES_TCP_URL"));
  config.postgres.password = [hang, released]() -> std::string {
    if (*hang) released.wait();
    return "unused";
  };
  Database database = Database::open(config);
  *hang = true;
  EXPECT_FALSE(ready(database));
  const auto start = steady_clock::now();
  EXPECT_TRUE(database.close(milliseconds{100}));
  EXPECT_LT(steady_clock::now() - start, milliseconds{1'100} + slack);
  release.set_value();
}

TEST_F(PostgresHealth, TellsHowFarAReplicaIsBehind) {
  const postgres::testing::Standby standby;
  {
    Config config = Config::from_url("postgresql://postgres@/postgres?host=" + standby.socket() +
                                     "&port=" + standby.port());
    config.postgres.accept_findings = {"*"};
    Database replica = Database::open(config);
    Health found = health(replica, milliseconds{2'000});
    EXPECT_TRUE(found.available) << found.error;
    EXPECT_EQ(found.read_only, true);
    ASSERT_TRUE(found.replica_lag_ms);
    EXPECT_LT(*found.replica_lag_ms, 60'000);

    Database primary = Database::open(variable("TENON_TEST_POSTGRES_URL"));
    EXPECT_FALSE(health(primary, milliseconds{2'000}).replica_lag_ms);
    EXPECT_EQ(health(primary, milliseconds{2'000}).read_only, false);
    const auto on_primary = [&] {
      primary.engine().maintenance()->execute(
          "CREATE TABLE public.behind (x int); DROP TABLE public.behind");
    };
    const auto replayed = [&] {
      return replica.engine()
          .maintenance()
          ->query("SELECT pg_last_xact_replay_timestamp()", {})[0][0]
          .has_value();
    };
    on_primary();
    for (int i = 0; i < 200 && !replayed(); ++i) std::this_thread::sleep_for(milliseconds{10});
    replica.engine().maintenance()->execute("SELECT pg_wal_replay_pause()");
    on_primary();
    std::this_thread::sleep_for(milliseconds{300});
    found = health(replica, milliseconds{2'000});
    EXPECT_GT(found.replica_lag_ms.value_or(0), 200);
    replica.engine().maintenance()->execute("SELECT pg_wal_replay_resume()");
  }
}

// As a migration that waits for its own lock does.
TEST_F(PostgresHealth, WarnsOfASchemaHistoryThatIsLocked) {
  Database database = Database::open(variable("TENON_TEST_POSTGRES_URL"));
  database.migrate();
  ServerConnection other(variable("TENON_TEST_POSTGRES_URL"));
  other.run("begin");
  other.run("lock table tenon.schema_history in access exclusive mode");
  std::thread checking([&] {
    const Health found = health(database, milliseconds{2'000});
    EXPECT_TRUE(found.available) << found.error;
    EXPECT_FALSE(found.schema_version);
    EXPECT_THAT(found.warning, HasSubstr("history cannot be read"));
  });
  std::this_thread::sleep_for(milliseconds{100});
  EXPECT_EQ(ready(database, milliseconds{1'000}).error, "");
  checking.join();
  std::this_thread::sleep_for(milliseconds{300});
  EXPECT_EQ(other.run("select count(*) from pg_locks where not granted"), "0") << "nothing goes on waiting";
  other.run("rollback");
  EXPECT_EQ(health(database, milliseconds{2'000}).warning, "");
}

// The server of the test takes no writes while it lives.
class Fenced {
 public:
  Fenced() : server_(variable("TENON_TEST_POSTGRES_URL")) { set("= on"); }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;
  ~Fenced() { set("to default"); }

 private:
  void set(const std::string& value) {
    server_.run("alter system set default_transaction_read_only " + value);
    server_.run("select pg_reload_conf()");
    std::this_thread::sleep_for(milliseconds{300});
  }
  ServerConnection server_;
};

TEST_F(PostgresHealth, IsOfTheServerThatCallsGoToAfterAFailover) {
  std::optional<postgres::testing::Standby> standby(std::in_place);
  Database database = Database::open("postgresql://postgres@/postgres?host=" + standby->directory() + "," +
                                     standby->socket() + "&port=" + standby->port() + "," +
                                     standby->port() + "&target_session_attrs=read-write");
  ASSERT_EQ(health(database, milliseconds{2'000}).read_only, false);
  const Fenced old_primary;
  standby->promote();
  const Health after = health(database, milliseconds{2'000});
  EXPECT_TRUE(after.available) << after.error;
  EXPECT_EQ(after.read_only, false);
  standby.reset();
  EXPECT_FALSE(ready(database, milliseconds{1'000}));
}

TEST_F(PostgresHealth, IsAskedOverANewConnectionWhenThePoolHasRenewedIts) {
  Database database =
      Database::open(variable("TENON_TEST_POSTGRES_URL") + "&application_name=outdated_health");
  database.migrate();
  ServerConnection server(variable("TENON_TEST_POSTGRES_URL"));
  const auto probes = [&] {
    return server
        .run(
            "select string_agg(pid::text, ' ') from pg_stat_activity "
            "where application_name = 'outdated_health' and query like '%pg_is_in_recovery()'")
        .value_or("");
  };
  ASSERT_TRUE(ready(database, milliseconds{2'000}));
  const std::string before = probes();
  {
    const Fenced server_without_writes;
    EXPECT_THROW(PolicyStore{database.scope(TenantContext{"acme"})}.remove("absent"), Error);
  }
  ASSERT_TRUE(ready(database, milliseconds{2'000}));
  EXPECT_NE(probes(), before);
  EXPECT_NE(probes(), "");
}

}  // namespace
}  // namespace tenon::test
