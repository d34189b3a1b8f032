// How the pool opens, shares and closes connections, against a real server.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "pool_fixture.hpp"
#include "proxy.hpp"
#include "server.hpp"

namespace tenon::postgres::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

// By turns, for a busy machine makes everybody wait. A thread may lose the processor between looking at the
// count and asking for a connection, so a few may see more.
TEST_F(PoolOnServer, IsFairTo32ThreadsOn4Connections) {
  constexpr int threads_in_all = 32;
  const auto engine = open(pooled(4, 0));
  std::atomic<int> turns{0};
  std::atomic<int> passed_over{0};
  std::atomic<int> least{1'000'000};
  std::vector<std::thread> threads;
  const auto end = Clock::now() + seconds(2);
  for (int thread = 0; thread < threads_in_all; ++thread) {
    threads.emplace_back([&] {
      int rounds = 0;
      for (; Clock::now() < end; ++rounds) {
        const int before = turns;
        sleep(*engine, 0.002);
        if (turns++ - before > 2 * threads_in_all) ++passed_over;
      }
      for (int known = least.load(); rounds < known && !least.compare_exchange_weak(known, rounds);) {
      }
    });
  }
  EXPECT_TRUE(becomes([&] { return server_connections() == 4; }));
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(passed_over * 50, turns.load()) << "one in fifty";
  EXPECT_GT(least * threads_in_all * 2, turns.load()) << "nobody got less than half of an even share";
  EXPECT_EQ(engine->pool_stats().created, 4U);
}

TEST_F(PoolOnServer, OpensOverflowAndClosesItAgain) {
  Config spiky = pooled(1, 3);
  spiky.pool.overflow_linger = milliseconds(200);
  const auto engine = open(spiky);
  std::vector<std::unique_ptr<backend::Session>> sessions;
  for (int i = 0; i < 4; ++i) sessions.push_back(engine->begin({"acme", Role::customer, ""}, {}));
  EXPECT_EQ(server_connections(), 4);
  sessions.clear();
  EXPECT_TRUE(becomes([&] { return server_connections() == 1; }));
  EXPECT_EQ(engine->pool_stats().evicted(Eviction::overflow), 3U);
}

TEST_F(PoolOnServer, TrimsTestsAndRenewsIdleConnections) {
  Config lean = pooled(3, 0);
  lean.pool.min_idle = 1;
  lean.pool.idle_timeout = milliseconds(300);
  lean.pool.ping_after_idle = milliseconds(50);
  lean.pool.max_lifetime = seconds(2);
  const auto engine = open(lean);
  std::vector<std::unique_ptr<backend::Session>> sessions;
  for (int i = 0; i < 3; ++i) sessions.push_back(engine->begin({"acme", Role::customer, ""}, {}));
  sessions.clear();
  EXPECT_TRUE(becomes([&] { return server_connections() == 1; }));
  const std::string before = pid(*engine);
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(pid(*engine), before) << "one that answers its test is kept";
  EXPECT_TRUE(becomes([&] { return engine->pool_stats().evicted(Eviction::expired) >= 1; }));
  EXPECT_TRUE(becomes([&] { return engine->pool_stats().idle == 1; })) << "min_idle is opened ahead";
  EXPECT_NE(pid(*engine), before);
}

TEST_F(PoolOnServer, RestartUnderLoadCostsOnlyWhatIsInFlight) {
  constexpr int workers = 16;
  constexpr std::size_t connections = 4;
  Config loaded = pooled(connections, 0);
  std::mutex mutex;
  std::vector<Clock::time_point> attempts;
  loaded.pool.observer = [&](const PoolEvent& event) {
    if (event.kind != PoolEvent::Kind::created && event.kind != PoolEvent::Kind::connect_failed) return;
    const std::lock_guard lock(mutex);
    attempts.push_back(Clock::now());
  };
  const auto engine = open(loaded);
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  std::vector<std::string> unexpected;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&] {
      while (!stop) {
        try {
          sleep(*engine, 0.005);
          ++done;
        } catch (const Error& error) {
          ++failed;
          if (error.kind() == Error::Kind::unavailable) continue;
          const std::lock_guard lock(mutex);
          unexpected.emplace_back(error.what());
        }
      }
    });
  }
  for (const char* mode : {"fast", "immediate"}) {
    std::this_thread::sleep_for(milliseconds(300));
    admin("checkpoint");  // the tests' server loses commits in a crash
    const int failed_before = failed;
    const auto start = Clock::now();
    ASSERT_TRUE(control_server(std::string("restart --mode ") + mode));
    const int done_before = done;
    EXPECT_TRUE(becomes([&] { return done > done_before + 100; })) << "work goes on";
    EXPECT_LE(failed - failed_before, static_cast<int>(connections)) << mode;
    const auto took = std::chrono::duration<double>(Clock::now() - start).count();
    const std::lock_guard lock(mutex);
    const auto tried = std::count_if(attempts.begin(), attempts.end(), [&](auto at) { return at > start; });
    EXPECT_LE(static_cast<double>(tried), 2.0 * connections + took / 0.05) << "no herd";
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unexpected, std::vector<std::string>());
  EXPECT_EQ(
      admin_value("select count(*) from pg_stat_activity where application_name = 'under_test' and datname "
                  "= current_database() and backend_start < pg_postmaster_start_time()"),
      "0");
  EXPECT_LE(server_connections(), static_cast<int>(connections));
}

TEST_F(PoolOnServer, AServerThatAcceptsAndNeverAnswersHoldsNobodyUp) {
  const SilentServer silent;
  Config config;
  config.url =
      "postgresql://someone@127.0.0.1:" + std::to_string(silent.port()) + "/nothing?sslmode=disable";
  config.pool.connect_timeout = milliseconds(300);
  const auto start = Clock::now();
  const auto error = error_of([&] { (void)open(config); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::unavailable);
  EXPECT_LT(Clock::now() - start, seconds(3));
}

TEST_F(PoolOnServer, UsesANewPasswordFromTheNextConnectOn) {
  admin(
      "do $$ begin if not exists (select from pg_roles where rolname = 'rotated') then create role rotated "
      "login in role tenon_app; end if; end $$; alter role rotated password 'first'");
  const std::string hba = std::string(std::getenv("TENON_TEST_POSTGRES_DATA")) + "/pg_hba.conf";
  std::string rules;
  {
    std::ifstream file(hba);
    rules.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::ofstream(hba) << "host all rotated 127.0.0.1/32 scram-sha-256\n" << rules;
  admin("select pg_reload_conf()");
  const std::string secret = "/tmp/tenon_password_" + std::to_string(getpid());
  std::ofstream(secret) << "first\n";
  std::atomic<bool> second{false};

  for (const bool by_file : {true, false}) {
    Config config = pooled(1, 0);
    config.url = url(true) + "?application_name=under_test";
    config.url.replace(config.url.find("postgres@"), 9, "rotated:old@");
    config.postgres.accept_findings = {"*"};
    if (by_file) {
      config.postgres.password_file = secret;
    } else {
      config.postgres.password = [&] { return std::string(second ? "second" : "first"); };
    }
    admin("alter role rotated password 'first'");
    std::ofstream(secret) << "first\n";
    second = false;
    const auto engine = open(config);
    const std::string before = pid(*engine);
    admin("alter role rotated password 'second'");
    EXPECT_EQ(pid(*engine), before) << "what is open goes on";
    admin("select pg_terminate_backend(" + before + ", 5000)");
    const auto error = error_of([&] { (void)pid(*engine); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), Error::Kind::permission_denied);
    EXPECT_EQ(std::string(error->what()).find("first"), std::string::npos) << error->what();
    std::ofstream(secret) << "second\n";
    second = true;
    EXPECT_TRUE(becomes([&] {
      try {
        return pid(*engine) != before;
      } catch (const Error&) {
        return false;
      }
    }));
  }
  ::unlink(secret.c_str());
  std::ofstream(hba) << rules;
  admin("select pg_reload_conf()");
}

// libpq leaves this parameter to who connects without blocking, so it meant nothing.
TEST_F(PoolOnServer, WaitsForAHostNoLongerThanLibpqsConnectTimeout) {
  CountingProxy silent(1);
  silent.freeze();
  const std::string tcp = url(true);
  const std::string address = "127.0.0.1:" + std::to_string(silent.port());
  const auto open_hosts = [&](const std::string& hosts, const std::string& limit) {
    Config patient = config();
    patient.pool.connect_timeout = seconds(60);
    patient.url =
        "postgresql://postgres@" + hosts + tcp.substr(tcp.rfind('/')) + "?connect_timeout=" + limit;
    return open(patient);
  };
  const auto start = Clock::now();
  const auto error = error_of([&] { (void)open_hosts(address, "1"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::unavailable);
  const std::size_t at = tcp.rfind('@') + 1;
  const auto engine = open_hosts(address + "," + tcp.substr(at, tcp.rfind('/') - at), "1");
  EXPECT_NE(pid(*engine), "");
  EXPECT_LT(Clock::now() - start, seconds(20));
  EXPECT_KIND(Error::Kind::invalid_argument, open_hosts(address, "soon"));
}

TEST_F(PoolOnServer, LivesWithFewerConnectionsThanTheServerGrants) {
  admin(
      "do $$ begin if not exists (select from pg_roles where rolname = 'limited') then create role limited "
      "login in role tenon_app connection limit 2; end if; end $$");
  Config config = pooled(6, 0);
  config.url.replace(config.url.find("postgres@"), 9, "limited@");
  config.postgres.accept_findings = {"*"};
  const auto engine = open(config);
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        sleep(*engine, 0.01);
        ++served;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const PoolStats stats = engine->pool_stats();
  EXPECT_EQ(served, 60);
  EXPECT_GT(stats.connect_failures, 0U);
  EXPECT_LE(stats.total, 3U) << "two, and perhaps a prober";
  EXPECT_NE(stats.last_connect_error.find("too many connections"), std::string::npos)
      << stats.last_connect_error;
}

}  // namespace

}  // namespace tenon::postgres::testing
