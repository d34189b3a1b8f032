#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <time.h>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/database.hpp>
#include <tenon/listener.hpp>
#include <tenon/raw_sql.hpp>

#include "../support/pgbouncer.hpp"
#include "fixture.hpp"
#include "server.hpp"

namespace tenon::postgres::testing {

namespace {

using std::chrono::milliseconds;

class ListenerOnServer : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    Config quick = config();
    quick.pool.backoff_min = milliseconds(50);
    db_ = Database::open(quick);
  }
  void TearDown() override {
    db_.reset();
    PostgresTest::TearDown();
  }
  [[nodiscard]] TenantScope scope(const char* tenant) const { return db_->scope(TenantContext{tenant}); }

  /// Keeps what a listener hears, in order: "channel=payload", "missed", "lost".
  [[nodiscard]] Listener::Handlers record() {
    return {.notified =
                [this](std::string_view channel, std::string_view payload) {
                  note(std::string(channel) + "=" + std::string(payload));
                },
            .missed = [this] { note("missed"); },
            .lost = [this](const Error&) { note("lost"); }};
  }
  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (heard_.empty() || heard_.back() != what) heard_.push_back(what);
  }
  [[nodiscard]] std::vector<std::string> heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  [[nodiscard]] bool hears(const std::string& what) {
    for (int tries = 0; tries < 1'000; ++tries) {
      const auto now = heard();
      if (std::find(now.begin(), now.end(), what) != now.end()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }

  std::optional<Database> db_;
  std::mutex mutex_;
  std::vector<std::string> heard_;
};

TEST_F(ListenerOnServer, HearsWhatItsTenantSays) {
  const Listener listener(scope("acme"), {"policies", "odd \" name; --"}, record());
  const Database elsewhere = Database::open(config());
  elsewhere.scope(TenantContext{"acme"}).notify("policies", "42");
  elsewhere.scope(TenantContext{"acme"}).notify("odd \" name; --");
  EXPECT_TRUE(hears("odd \" name; --="));
  EXPECT_EQ(heard(), (std::vector<std::string>{"policies=42", "odd \" name; --="}));
}

TEST_F(ListenerOnServer, HearsNothingOfOtherTenantsAndChannels) {
  const Listener listener(scope("acme"), {"policies"}, record());
  scope("globex").notify("policies", "of globex");
  scope("acme").notify("other", "x");
  EXPECT_KIND(Error::Kind::permission_denied,
              scope("globex").query<std::string>("select pg_notify('tenon_0', 'forged')::text"));
  scope("acme").notify("policies", "last");
  EXPECT_TRUE(hears("policies=last"));
  EXPECT_EQ(heard(), (std::vector<std::string>{"policies=last"}));
}

TEST_F(ListenerOnServer, HearsOfATransactionWhenItCommitsAndOnlyThen) {
  const Listener listener(scope("acme"), {"policies"}, record());
  {
    Transaction undone = scope("acme").begin();
    undone.notify("policies", "undone");
  }
  Transaction kept = scope("acme").begin();
  kept.notify("policies", "kept");
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(heard(), std::vector<std::string>());
  kept.commit();
  EXPECT_TRUE(hears("policies=kept"));
  EXPECT_EQ(heard().size(), 1U);
}

TEST_F(ListenerOnServer, ListensAgainAfterALossAndSaysThatItMayHaveMissedSomething) {
  const Listener listener(scope("acme"), {"policies"}, record());
  admin("select pg_terminate_backend(pid, 5000) from pg_stat_activity where query like 'listen %'");
  EXPECT_TRUE(hears("missed"));
  scope("acme").notify("policies", "again");
  EXPECT_TRUE(hears("policies=again"));
  EXPECT_EQ(heard(), (std::vector<std::string>{"lost", "missed", "policies=again"}));
}

// As a name server does.
TEST_F(ListenerOnServer, EndsSoonWhileItsConnectHangs) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const auto hang = std::make_shared<std::atomic<int>>(0);
  Config hanging = config();
  hanging.pool.backoff_min = milliseconds(50);
  hanging.postgres.password = [hang, released]() -> std::string {
    if (*hang > 0) {
      *hang = 2;
      released.wait();
    }
    return "unused";
  };
  const Database database = Database::open(hanging);
  std::optional<Listener> listener;
  listener.emplace(database.scope(TenantContext{"acme"}), std::vector<std::string>{"policies"}, record());
  *hang = 1;
  admin("select pg_terminate_backend(pid, 5000) from pg_stat_activity where query like 'listen %'");
  for (int tries = 0; tries < 500 && *hang < 2; ++tries) std::this_thread::sleep_for(milliseconds(10));
  ASSERT_EQ(*hang, 2);
  const auto start = std::chrono::steady_clock::now();
  listener.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  const auto told = heard();
  release.set_value();
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(heard(), told);
}

// Where a pooler gives each client a session of its own; how it is refused elsewhere, the conformance kit
// tests.
TEST_F(ListenerOnServer, HearsThroughAPoolerInSessionMode) {
  if (!test::PgBouncer::installed())
    GTEST_SKIP() << "PGBOUNCER IS NOT INSTALLED: nothing tests a listener behind a pooler";
  const test::PgBouncer pooler("session", admin_value("show port"));
  Config config = Config::from_url(pooler.url(database_));
  config.postgres.prepared_statements = false;
  const Database pooled = Database::open(config);
  const Listener listener(pooled.scope(TenantContext{"acme"}), {"policies"}, record());
  scope("globex").notify("policies", "of globex");
  pooled.scope(TenantContext{"acme"}).notify("policies", "through the pooler");
  EXPECT_TRUE(hears("policies=through the pooler"));
  scope("acme").notify("policies", "past it");
  EXPECT_TRUE(hears("policies=past it"));
  EXPECT_EQ(heard().size(), 2U);
}

// The child rang for its parent's thread, too, which then never waited again.
TEST_F(ListenerOnServer, RestsWhenAForkedChildClosesTheDatabase) {
  const Listener listener(scope("acme"), {"policies"}, record());
  const pid_t child = fork();
  if (child == 0) {
    db_.reset();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const auto worked = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto before = worked();
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_LT(worked() - before, milliseconds(50));
  scope("acme").notify("policies", "still");
  EXPECT_TRUE(hears("policies=still"));
}

TEST_F(ListenerOnServer, SurvivesARestartOfTheServer) {
  const Listener listener(scope("acme"), {"policies"}, record());
  admin("checkpoint");  // the tests' server loses commits in a crash
  ASSERT_TRUE(control_server("restart --mode immediate"));
  EXPECT_TRUE(hears("missed"));
  scope("acme").notify("policies", "again");
  EXPECT_TRUE(hears("policies=again"));
}

TEST_F(ListenerOnServer, MayBeEndedByItsOwnHandler) {
  std::optional<Listener> listener;
  listener.emplace(scope("acme"), std::vector<std::string>{"policies"},
                   Listener::Handlers{.notified = [&](std::string_view, std::string_view) {
                     listener.reset();
                     note("ended");
                   }});
  scope("acme").notify("policies");
  EXPECT_TRUE(hears("ended"));
}

TEST_F(ListenerOnServer, EndsWithItsDatabase) {
  const Listener listener(scope("acme"), {"policies"}, record());
  const auto listeners = [&] {
    return admin_value(
        "select count(*) from pg_stat_activity where query like 'listen %' and datname = "
        "current_database()");
  };
  EXPECT_EQ(listeners(), "1");
  db_->close();
  for (int tries = 0; listeners() != "0" && tries < 200; ++tries)
    std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(listeners(), "0");
}

TEST_F(ListenerOnServer, RefusesWhatCannotBe) {
  EXPECT_KIND(Error::Kind::invalid_argument, Listener(scope("acme"), {}, record()));
  EXPECT_KIND(Error::Kind::invalid_argument, Listener(scope("acme"), {""}, record()));
  EXPECT_KIND(Error::Kind::invalid_argument, Listener(scope("acme"), {"x"}, {}));
  EXPECT_KIND(Error::Kind::invalid_argument, scope("acme").notify("x", std::string(8'000, 'x')));
  EXPECT_KIND(Error::Kind::permission_denied,
              db_->scope(TenantContext{"acme", Role::read_only}).notify("x", "y"));
}

}  // namespace

}  // namespace tenon::postgres::testing
