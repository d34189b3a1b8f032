// What becomes of connections that the host uses, forgets, cancels, forks and closes, on a real server.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/database.hpp>
#include <tenon/observer.hpp>
#include <tenon/raw_sql.hpp>

#include "pool_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class PoolInUse : public PoolOnServer {};

TEST_F(PoolInUse, ACancelledStatementIsGoneFromTheServerAndItsConnectionIsNotLeaked) {
  const auto engine = open(pooled(2, 0));
  const Sql slow("slow", "SELECT pg_sleep($1)::text", {Type::float64}, {Type::text});
  const Value long_time = Value::real(60);
  const auto ignore = [](backend::Values) { return true; };
  for (int round = 0; round < 5; ++round) {
    EXPECT_KIND(Error::Kind::timeout,
                engine->execute({"acme", Role::customer, ""},
                                {slow, {&long_time, 1}, ignore, Clock::now() + milliseconds(60)}));
    EXPECT_EQ(admin_value("select count(*) from pg_stat_activity where state = 'active' and query like "
                          "'%pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()"),
              "0");
  }
  const PoolStats stats = engine->pool_stats();
  EXPECT_EQ(stats.active, 0U);
  EXPECT_EQ(stats.created, 1U) << "drained and used again";
}

TEST_F(PoolInUse, AStatementTimeoutEndsTheStatementWithinALongerTransaction) {
  Config impatient = pooled(1, 0);
  impatient.statement_timeout = milliseconds(150);
  const Database db = Database::open(impatient);
  const TenantScope acme = db.scope(TenantContext{"acme"});
  for (int round = 0; round < 2; ++round) {
    Transaction transaction = acme.begin();
    EXPECT_EQ(transaction.query<std::string>("select 'quick'").size(), 1U);
    std::this_thread::sleep_for(milliseconds(200));
    EXPECT_EQ(transaction.query<std::string>("select 'between'").size(), 1U) << "only statements count";
    const auto start = Clock::now();
    EXPECT_KIND(Error::Kind::timeout, transaction.query<std::string>("select pg_sleep(60)::text"));
    EXPECT_LT(Clock::now() - start, seconds(3));
  }
  EXPECT_KIND(Error::Kind::timeout, acme.query<std::string>("select pg_sleep(60)::text"));
  EXPECT_EQ(db.pool_stats().active, 0U);
  EXPECT_EQ(db.pool_stats().created, 1U) << "the connection is used again";
}

TEST_F(PoolInUse, AChangeOfTheSchemaThatOneConnectionMetFailsNoTransactionOnAnother) {
  const auto engine = open(pooled(2, 0));
  const Sql star("star", "SELECT * FROM things", {}, {Type::text, Type::int64, Type::text});
  const auto begin = [&] { return engine->begin({"acme", Role::customer, ""}, {}); };
  {
    const auto first = begin();
    const auto second = begin();
    EXPECT_EQ(rows(*first, star).size(), 0U);
    EXPECT_EQ(rows(*second, star).size(), 0U);
  }
  admin("alter table things alter column id type integer");  // "cached plan must not change result type"
  EXPECT_EQ(rows(*engine, "acme", star).size(), 0U) << "prepared again unseen on the one";
  const auto first = begin();
  const auto second = begin();
  EXPECT_EQ(rows(*first, star).size(), 0U);
  EXPECT_EQ(rows(*second, star).size(), 0U) << "and on the other before it can fail";
}

TEST_F(PoolInUse, NamesTheLineOfTheHostThatKeepsATransaction) {
  std::mutex mutex;
  std::vector<unsigned> leaks;  // the lines of this file
  Config watched = pooled(2, 0);
  watched.pool.leak_after = milliseconds(300);
  watched.pool.observer = [&](const PoolEvent& event) {
    if (event.kind != PoolEvent::Kind::leak || event.taken_at.file_name() != std::string(__FILE__)) return;
    const std::lock_guard lock(mutex);
    leaks.push_back(event.taken_at.line());
  };
  const Database db = Database::open(watched);
  const TenantScope acme = db.scope(TenantContext{"acme"});
  const unsigned line = __LINE__ + 1;
  Transaction kept = acme.begin();
  const auto told = [&] {
    const std::lock_guard lock(mutex);
    return leaks;
  };
  EXPECT_TRUE(becomes([&] { return !told().empty(); }));
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_EQ(told(), (std::vector<unsigned>{line})) << "once";
}

TEST_F(PoolInUse, AnObserverThatThrowsKeepsNothingFromAnother) {
  struct Counter : Observer {
    std::atomic<int> opened{0};
    void pool(const DatabaseIdentity&, const PoolEvent& event) override {
      if (event.kind == PoolEvent::Kind::created) ++opened;
    }
  };
  const auto counter = std::make_shared<Counter>();
  Config watched = pooled(1, 0);
  watched.observer = counter;
  watched.pool.observer = [](const PoolEvent&) { throw std::runtime_error("of no use"); };
  const Database db = Database::open(watched);
  EXPECT_TRUE(becomes([&] { return counter->opened == 1; }));
}

TEST_F(PoolInUse, ClosingWithPatienceEndsWhatDoesNotEndByItself) {
  Database db = Database::open(pooled(2, 0));
  const TenantScope acme = db.scope(TenantContext{"acme"});
  std::atomic<bool> began{false};
  std::thread busy([&] {
    EXPECT_THROW(
        {
          Transaction transaction = acme.begin();
          began = true;
          (void)transaction.query<std::string>("select pg_sleep(60)::text");
        },
        Error);
  });
  EXPECT_TRUE(becomes([&] {
    return began && admin_value(
                        "select count(*) from pg_stat_activity where query like '%pg_sleep%' and "
                        "pid <> pg_backend_pid() and datname = current_database()") == "1";
  }));
  const auto start = Clock::now();
  EXPECT_TRUE(db.close(milliseconds(100)));
  EXPECT_LT(Clock::now() - start, seconds(4));
  busy.join();
  EXPECT_KIND(Error::Kind::unavailable, acme.begin());
  EXPECT_TRUE(becomes([&] { return server_connections() == 0; }));
}

TEST_F(PoolInUse, AForkedChildDoesNotTouchTheParentsConnections) {
  auto db = std::make_optional(Database::open(pooled(2, 0)));
  std::optional<TenantScope> acme = db->scope(TenantContext{"acme"});
  std::optional<Transaction> open = acme->begin();
  EXPECT_EQ(open->query<std::string>("select 'before'").size(), 1U);
  const int before = server_connections();
  const pid_t child = fork();
  if (child == 0) {
    bool refused = false;
    try {
      (void)acme->begin();
    } catch (const Error& error) {
      refused = std::string(error.what()).find("forked") != std::string::npos;
    }
    try {
      (void)open->query<std::string>("select 'in the child'");
      refused = false;
    } catch (const Error&) {
    }
    open.reset();  // no ROLLBACK on the parent's connection
    acme.reset();
    db->close();
    db.reset();
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(server_connections(), before);
  EXPECT_EQ(open->query<std::string>("select 'after'").size(), 1U) << "in the same transaction";
  open->commit();
}

TEST_F(PoolInUse, RenewsItsConnectionsWhenTheServerHasBecomeReadOnly) {
  const auto engine = open(pooled(3, 0));
  {
    std::vector<std::unique_ptr<backend::Session>> sessions;
    for (int i = 0; i < 3; ++i) sessions.push_back(engine->begin({"acme", Role::customer, ""}, {}));
  }
  const auto put = [&](std::int64_t id) {
    rows(*engine, "acme", insert_thing(),
         {Value::text("acme"), Value::integral(Type::int64, id), Value::text("")});
  };
  const auto read_only = [&](const char* value) {
    admin(std::string("alter system set default_transaction_read_only = ") + value);
    admin("select pg_reload_conf()");
  };
  put(1);
  read_only("on");
  EXPECT_TRUE(becomes([&] {
    try {
      put(static_cast<std::int64_t>(Clock::now().time_since_epoch().count()));
      return false;
    } catch (const Error& error) {
      return error.kind() == Error::Kind::read_only;
    }
  }));
  EXPECT_TRUE(becomes([&] { return engine->pool_stats().evicted(Eviction::outdated) == 3; }))
      << "all of them, for all were connected to the server as it was";
  for (int i = 0; i < 5; ++i) EXPECT_KIND(Error::Kind::read_only, put(2));
  EXPECT_LE(engine->pool_stats().created, 4U) << "one that stays read-only costs no more";
  // The setting is what makes superusers' sessions read-only, too.
  const auto maintenance = open(config())->maintenance();
  maintenance->execute("set default_transaction_read_only = off");
  maintenance->execute("alter system reset default_transaction_read_only");
  maintenance->execute("select pg_reload_conf()");
}

}  // namespace

}  // namespace tenon::postgres::testing
