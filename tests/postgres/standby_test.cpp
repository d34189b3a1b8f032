#include "standby.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

#include "pool_fixture.hpp"
#include "server.hpp"

namespace tenon::postgres::testing {

namespace {

class OnStandby : public PoolOnServer {
 protected:
  // This test's database on servers of these sockets' directories, the first that fits.
  [[nodiscard]] Config on(const std::string& sockets, const std::string& ports,
                          const std::string& more = {}) const {
    Config servers = pooled(3, 0);
    servers.url = "postgresql://postgres@/" + database_ + "?host=" + sockets + "&port=" + ports + more;
    servers.pool.acquire_timeout = std::chrono::seconds(20);
    return servers;
  }
  [[nodiscard]] Config on_both(const std::string& wanted) const {
    return on(Standby::directory() + "," + standby_->socket(), Standby::port() + "," + Standby::port(),
              "&target_session_attrs=" + wanted);
  }
  void SetUp() override {
    PoolOnServer::SetUp();
    if (IsSkipped()) return;
    engine_ = open(config());
    add_thing("acme", 1, "before");
    standby_.emplace();
  }
  static void put(backend::Engine& engine, std::int64_t id) {
    rows(engine, "acme", insert_thing(),
         {Value::text("acme"), Value::integral(Type::int64, id), Value::text("")});
  }
  std::optional<Standby> standby_;
};

TEST_F(OnStandby, WritesAreReadOnlyErrorsAndReadsAreServed) {
  const auto engine = open(on(standby_->socket(), Standby::port()));
  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 1U);
  const auto error = error_of([&] { put(*engine, 2); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::read_only);
  EXPECT_EQ(error->sqlstate(), "25006");
  const auto session = engine->begin({"acme", Role::customer, ""}, {});
  EXPECT_KIND(Error::Kind::read_only, rows(*session, all_things()))
      << "PostgreSQL answers BEGIN READ WRITE with another SQLSTATE than other writes";
  session->rollback();
  const auto serializable =
      engine->begin({"acme", Role::customer, ""},
                    {.access = Access::read, .isolation = backend::Isolation::serializable});
  EXPECT_KIND(Error::Kind::unsupported, rows(*serializable, all_things()))
      << "no write was meant: the answer is the isolation level";
  serializable->rollback();
  EXPECT_TRUE(becomes([&] { return engine->pool_stats().evicted(Eviction::outdated) >= 1; }));
  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 1U) << "still served";
  add_thing("acme", 4, "after");
  EXPECT_TRUE(becomes([&] { return rows(*engine, "acme", all_things()).size() == 2U; }));
}

TEST_F(OnStandby, AReadOnlyEndpointPrefersIt) {
  static const Sql recovering("recovering", "SELECT pg_is_in_recovery()", {}, {Type::boolean});
  EXPECT_EQ(rows(*open(on_both("prefer-standby")), "acme", recovering)[0][0], "1");
  EXPECT_EQ(rows(*open(on_both("read-write")), "acme", recovering)[0][0], "0");
}

// Only the URL was asked for it.
TEST_F(OnStandby, AReadOnlyEndpointPrefersItWhereTheEnvironmentSaysSo) {
  static const Sql recovering("recovering", "SELECT pg_is_in_recovery()", {}, {Type::boolean});
  const std::string sockets = Standby::directory() + "," + standby_->socket();
  ::setenv("PGTARGETSESSIONATTRS", "prefer-standby", 1);
  ::setenv("PGHOST", sockets.c_str(), 1);
  for (const std::string& host : {"&host=" + sockets, std::string()}) {
    Config servers = pooled(1, 0);
    servers.url = "postgresql://postgres@/" + database_ + "?port=" + Standby::port() + host;
    EXPECT_EQ(rows(*open(servers), "acme", recovering)[0][0], "1") << servers.url;
  }
  ::unsetenv("PGHOST");
  ::unsetenv("PGTARGETSESSIONATTRS");
}

TEST_F(OnStandby, PromotedItTakesTheWritesThatThePrimaryNoLongerTakes) {
  const auto engine = open(on_both("read-write"));
  put(*engine, 2);
  EXPECT_TRUE(becomes([&] {
    return admin_value(
               "select count(*) from pg_stat_replication where replay_lsn = pg_current_wal_insert_lsn()") ==
           "1";
  }));
  engine_->close();
  ASSERT_TRUE(control_server("stop --mode immediate"));
  standby_->promote();
  EXPECT_TRUE(becomes([&] {
    try {
      put(*engine, 3);
      return true;
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == Error::Kind::unavailable || error.kind() == Error::Kind::outcome_unknown)
          << error.what();
      return false;
    }
  }));
  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 3U) << "nothing acknowledged is lost";
  engine->close();
  ASSERT_TRUE(control_server("restart"));
}

}  // namespace

}  // namespace tenon::postgres::testing
