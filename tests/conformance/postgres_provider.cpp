#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include <unistd.h>

#include <tenon/testing/backend.hpp>

#include "../support/pgbouncer.hpp"
#include "../support/server_sql.hpp"

namespace {

using tenon::testing::TestDatabase;

std::string cluster_url() {
  const char* url = std::getenv("TENON_TEST_POSTGRES_URL");
  return url != nullptr ? url : "";
}

// The cluster's URL with another database: what stands between the third slash and the parameters.
std::string url_of(const std::string& database) {
  const std::string url = cluster_url();
  const std::size_t authority = url.find("://") + 3;
  const std::size_t end = std::min(url.find('?'), url.size());
  const std::size_t slash = std::min(url.find('/', authority), end);
  return url.substr(0, slash) + "/" + database + url.substr(end);
}

std::string database_of(const std::string& url) {
  const std::size_t name = url.rfind("/tenon_kit_") + 1;
  return url.substr(name, url.find('?') - name);
}

void end_connections(const std::string& database) {
  tenon::test::ServerConnection(cluster_url())
      .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
}

std::string why_unavailable() {
  return cluster_url().empty()
             ? "TENON_TEST_POSTGRES_URL is not set; run the tests under tests/support/with_postgres.sh"
             : "";
}

class ClusterDatabase final : public TestDatabase {
 public:
  ClusterDatabase() {
    static std::atomic<unsigned> last{0};
    name_ = "tenon_kit_" + std::to_string(getpid()) + "_" + std::to_string(++last);
    // template0, because nobody can be connected to it.
    tenon::test::ServerConnection(cluster_url()).create_database(name_, "template0 encoding 'UTF8'");
  }
  ClusterDatabase(const ClusterDatabase&) = delete;
  ClusterDatabase& operator=(const ClusterDatabase&) = delete;
  ~ClusterDatabase() override {
    try {
      tenon::test::ServerConnection(cluster_url()).drop_database(name_);
    } catch (const std::exception&) {  // the cluster is gone, and the database with it
    }
  }
  [[nodiscard]] std::string url() const override { return url_of(name_); }

 private:
  std::string name_;
};

class Postgres final : public tenon::testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "postgres"; }
  [[nodiscard]] std::unique_ptr<TestDatabase> create() override {
    return std::make_unique<ClusterDatabase>();
  }
  [[nodiscard]] bool kill_connections(const std::string& url) override {
    end_connections(database_of(url));
    return true;
  }
  [[nodiscard]] std::string unavailable() const override { return why_unavailable(); }
};

// Through PgBouncer in transaction mode, where every transaction may get another session of the server,
// which other callers' transactions have used before.
class PostgresBehindPgBouncer final : public tenon::testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "pgbouncer"; }
  [[nodiscard]] std::unique_ptr<TestDatabase> create() override {
    if (!pooler_) pooler_ = std::make_unique<tenon::test::PgBouncer>("transaction", server_port(), 5);
    return std::make_unique<PooledDatabase>(*pooler_);
  }
  [[nodiscard]] tenon::Config config(const std::string& url) const override {
    tenon::Config config = tenon::Config::from_url(url);
    config.postgres.prepared_statements = tenon::test::PgBouncer::keeps_statements();
    config.postgres.statement_cache = 8;  // so that statements are let go and prepared again
    config.postgres.migration_url = url_of(database_of(url));
    return config;
  }
  [[nodiscard]] bool kill_connections(const std::string& url) override {
    end_connections(database_of(url));
    return true;
  }
  [[nodiscard]] std::string unavailable() const override {
    if (!tenon::test::PgBouncer::installed())
      return "PGBOUNCER IS NOT INSTALLED: nothing tests what is behind one";
    return why_unavailable();
  }

 private:
  class PooledDatabase final : public TestDatabase {
   public:
    explicit PooledDatabase(const tenon::test::PgBouncer& pooler) : pooler_(pooler) {}
    [[nodiscard]] std::string url() const override { return pooler_.url(database_of(direct_.url())); }

   private:
    const tenon::test::PgBouncer& pooler_;
    ClusterDatabase direct_;
  };

  static std::string server_port() {
    const std::string url = std::getenv("TENON_TEST_POSTGRES_TCP_URL");
    const std::size_t colon = url.rfind(':');
    return url.substr(colon + 1, url.find('/', colon) - colon - 1);
  }

  std::unique_ptr<tenon::test::PgBouncer> pooler_;
};

TENON_CONFORMANCE_BACKEND(Postgres);
TENON_CONFORMANCE_BACKEND(PostgresBehindPgBouncer);

}  // namespace
