#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <tenon/config.hpp>

#include "contenders/id_text.hpp"
#include "contenders/pg_connection.hpp"
#include "contenders/pgbench.hpp"
#include "contenders/raw_postgres.hpp"
#include "contenders/sqlalchemy.hpp"
#include "contenders/tenon.hpp"
#include "contenders/tenon_raw_sql.hpp"
#include "growth.hpp"
#include "lifetimes.hpp"
#include "mixed.hpp"
#include "places.hpp"
#include "processors.hpp"
#include "scenarios.hpp"
#ifdef TENON_BENCH_PQXX
#include "contenders/pqxx_work.hpp"
#endif
#ifdef TENON_BENCH_SOCI
#include "contenders/soci.hpp"
#endif

#include "../tests/postgres/proxy.hpp"

// PostgreSQL. All contenders share one table, each writer in a tenant of its own.

namespace tenon_bench {
namespace {

using Tenancy = RawPostgres::Tenancy;
using Proxy = tenon::postgres::testing::CountingProxy;

constexpr Tenancy tenancies[] = {Tenancy::session, Tenancy::none, Tenancy::pipeline, Tenancy::transaction};
constexpr std::chrono::microseconds one_way{500};  // of the distant server: a round-trip time of 1 ms
constexpr const char* streamed_tenant = "streamed";
constexpr const char* mixed_tenant =
    "mixed";  // has the rows of the one that is read, and those that loads add

std::string with_database(const std::string& url, const std::string& name) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "dbname=" + name;
}

// Databases of our own on the server, dropped at the end, and the way to a distant one.
class PostgresPlace final : public Place {
 public:
  PostgresPlace(std::string url, KeptServer::Place where)
      : server_url_(std::move(url)), server_(server_url_) {
    (void)make_database(name_);
    if (!is_near()) return;
    pid_t process = 0;
    std::istringstream(server_.ask("SELECT pg_read_file('postmaster.pid')")) >> process;
    near_.emplace(process, where);
  }
  ~PostgresPlace() override {
    for (const std::string& name : made_) {
      try {
        server_.run("DROP DATABASE " + name + " WITH (FORCE)");
      } catch (const std::exception& failure) {
        std::cerr << "The database " << name << " is left over: " << failure.what();
      }
    }
  }
  // Where one call is under way at a time, client and server each stay where they are.
  void before(const std::string& scenario) override {
    if (!scenario.starts_with("postgres")) return;
    const bool threads = scenario.find(" threads") != std::string::npos;
    // Writers have come and gone since the last one: the planner should know of them, and nobody's reads
    // should meet a vacuum that cleans up after them.
    if (threads || scenario.find("/report") != std::string::npos || scenario.ends_with("/get"))
      PgConnection(url()).run("VACUUM ANALYZE tenon.analyses");
    if (!near_) return;
    if (threads) {
      near_->release();
      Processors::release();
    } else if (near_->keep()) {
      Processors::keep();
    } else {
      std::cout << "The server's processes cannot be kept on their processors: expect noise\n";
      near_.reset();
    }
  }
  [[nodiscard]] const PgConnection& server() const noexcept { return server_; }
  [[nodiscard]] std::string url() const { return with_database(server_url_, name_); }
  [[nodiscard]] std::string url_through(const std::string& way) const { return with_database(way, name_); }

  // The database of that scale, made at the first call.
  std::string scaled(const Scale& scale) {
    const std::string name = name_ + "_" + std::to_string(scale.rows) + "_" + std::to_string(scale.tenants);
    return with_database(server_url_, make_database(name));
  }
  // The server of `tcp_url`, half a millisecond away.
  std::string distant(const std::string& tcp_url) {
    const std::size_t host = tcp_url.rfind('@');
    const std::size_t port = tcp_url.rfind(':');
    if (host == std::string::npos || port < host)
      throw std::runtime_error("--postgres-tcp is postgresql://user@127.0.0.1:port/database");
    const std::size_t path = tcp_url.find('/', port);
    proxy_ = std::make_unique<Proxy>(std::stoi(tcp_url.substr(port + 1)), one_way);
    return tcp_url.substr(0, host) + "@127.0.0.1:" + std::to_string(proxy_->port()) +
           (path == std::string::npos ? "" : tcp_url.substr(path));
  }

 private:
  // On this machine, and willing to tell the number of its process.
  [[nodiscard]] bool is_near() const {
    return server_.ask(
               "SELECT inet_server_addr() IS NULL AND has_function_privilege('pg_read_file(text)', "
               "'execute')") == "t";
  }
  const std::string& make_database(const std::string& name) {
    const auto found = std::find(made_.begin(), made_.end(), name);
    if (found != made_.end()) return *found;
    server_.run("CREATE DATABASE " + name);
    return made_.emplace_back(name);
  }

  std::string name_ = "tenon_bench_" + std::to_string(getpid());
  std::string server_url_;
  PgConnection server_;
  std::vector<std::string> made_;
  std::unique_ptr<Proxy> proxy_;
  std::optional<KeptServer> near_;
};

void print_settings(const PgConnection& server) {
  std::cout << "PostgreSQL " << server.ask("SHOW server_version");
  for (const std::string setting : {"fsync", "synchronous_commit", "full_page_writes", "shared_buffers"})
    std::cout << ", " << setting << "=" << server.ask("SHOW " + setting);
  std::cout << '\n';
}

// Every writer has a tenant of its own, for they all begin with the same ids.
std::string next_writer() {
  static int writers = 0;
  return "writer-" + std::to_string(++writers);
}

tenon::Config config_for(const std::string& url, std::size_t connections = 1) {
  tenon::Config config;
  config.url = url;
  config.pool.size = connections;
  return config;
}

// The contenders on one way to the server.
class Contenders {
 public:
  Contenders(std::string prefix, std::string url) : prefix_(std::move(prefix)), url_(std::move(url)) {}

  void add_readers() {
    for (const Tenancy tenancy : tenancies) add_reading(prefix_, raw(tenancy, reader()));
    add_reading(prefix_, tenon(reader()));
    add_reading<TenonRawSql>(prefix_,
                             {"tenon, raw SQL", [url = url_] { return open_raw_sql(url, reader()); }});
#ifdef TENON_BENCH_PQXX
    add_reading<PqxxWork>(prefix_, {"libpqxx work", [url = url_, who = reader()] {
                                      return std::make_unique<PqxxWork>(url, who);
                                    }});
#endif
#ifdef TENON_BENCH_SOCI
    add_reading<Soci>(prefix_, {"SOCI transaction",
                                [url = url_, who = reader()] { return Soci::on_postgres(url, who); }});
#endif
  }

  struct Batches {
    std::vector<std::size_t> all;
    std::vector<std::size_t> some_rows_at_once;
    std::vector<std::size_t> row_by_row;
  };
  void add_writers(int inserts, const Batches& batches) {
    for (const Tenancy tenancy : tenancies)
      add_writing<RawPostgres>(
          prefix_, inserts,
          {name_of(tenancy),
           [url = url_, tenancy] { return std::make_unique<RawPostgres>(url, next_writer(), tenancy); }},
          tenancy == Tenancy::pipeline ? std::vector<std::size_t>{} : batches.all);
    add_writing<RawCopy>(prefix_, inserts,
                         {"raw COPY, no row security",
                          [url = url_] { return std::make_unique<RawCopy>(url, next_writer()); }},
                         batches.all);
    add_writing<Tenon>(
        prefix_, inserts,
        {"tenon", [url = url_] { return std::make_unique<Tenon>(config_for(url), next_writer()); }},
        batches.all);
    add_writing<TenonRawSql>(prefix_, inserts,
                             {"tenon, raw SQL", [url = url_] { return open_raw_sql(url, next_writer()); }},
                             {});
#ifdef TENON_BENCH_PQXX
    add_writing<PqxxWork>(
        prefix_, inserts,
        {"libpqxx work", [url = url_] { return std::make_unique<PqxxWork>(url, next_writer()); }},
        batches.some_rows_at_once);
#endif
#ifdef TENON_BENCH_SOCI
    add_writing<Soci>(prefix_, inserts,
                      {"SOCI transaction", [url = url_] { return Soci::on_postgres(url, next_writer()); }},
                      batches.row_by_row);
#endif
  }

  void add_lifetimes(std::size_t streamed_rows) {
    add_streaming(prefix_, streamed_rows, raw(Tenancy::session, streamed_tenant));
    add_streaming(prefix_, streamed_rows, tenon(streamed_tenant));
    for (const Tenancy tenancy : {Tenancy::session, Tenancy::pipeline, Tenancy::transaction})
      add_scope_switch(prefix_, raw(tenancy, reader()));
    add_scope_switch(prefix_, tenon(reader()));
    add_cold_start(prefix_, raw(Tenancy::session, reader()));
    add_cold_start(prefix_, tenon(reader()));
  }

  // Raw has a connection for every thread.
  void add_mixed_loads(std::size_t operations) {
    for (const std::size_t threads : {std::size_t{1}, std::size_t{4}, std::size_t{16}}) {
      const std::string scenario = prefix_ + "mixed, " + std::to_string(threads) + " threads";
      const Load load{.threads = threads, .operations = operations / threads, .one_write_in = 10};
      add_mixed(scenario, load, raw_each(Tenancy::session, mixed_tenant));
      add_mixed(scenario, load, tenon_pooled(mixed_tenant));
    }
  }
  void add_gets_of_threads() {
    constexpr std::size_t connections = 16;
    const Load load{.threads = connections, .seconds = std::chrono::seconds(1), .rows = 1};  // as pgbench
    const std::string scenario = prefix_ + "get, 16 threads";
    for (const Tenancy tenancy : {Tenancy::session, Tenancy::pipeline})
      add_mixed(scenario, load, raw_each(tenancy, reader()));
    add_mixed(scenario, load, tenon_pooled(reader()));
    add_pgbench(scenario, connections);
  }

 private:
  static std::string reader() {
    return tenant_name(reading_tenant);
  }
  static const char* name_of(Tenancy tenancy) {
    switch (tenancy) {
      case Tenancy::session:
        return "raw";
      case Tenancy::none:
        return "raw, no row security";
      case Tenancy::pipeline:
        return "raw, tenant pipelined";
      case Tenancy::transaction:
        break;
    }
    return "raw, tenant transaction";
  }
  static std::unique_ptr<TenonRawSql> open_raw_sql(const std::string& url, const std::string& tenant) {
    return std::make_unique<TenonRawSql>(config_for(url), tenant, "tenon.analyses");
  }
  [[nodiscard]] Contender<RawPostgres> raw(Tenancy tenancy, const std::string& tenant) const {
    return {name_of(tenancy),
            [url = url_, tenant, tenancy] { return std::make_unique<RawPostgres>(url, tenant, tenancy); }};
  }
  [[nodiscard]] Contender<Tenon> tenon(const std::string& tenant) const {
    return {"tenon", [url = url_, tenant] { return std::make_unique<Tenon>(config_for(url), tenant); }};
  }
  [[nodiscard]] MixedContender<RawPostgres> raw_each(Tenancy tenancy, const std::string& tenant) const {
    return {name_of(tenancy), [url = url_, tenancy, tenant](std::size_t count) {
              std::vector<std::shared_ptr<RawPostgres>> all;
              while (all.size() < count) all.push_back(std::make_shared<RawPostgres>(url, tenant, tenancy));
              return all;
            }};
  }
  [[nodiscard]] MixedContender<Tenon> tenon_pooled(const std::string& tenant) const {
    return {"tenon", [url = url_, tenant](std::size_t count) {
              const auto one = std::make_shared<Tenon>(config_for(url, count), tenant);
              return std::vector<std::shared_ptr<Tenon>>(count, one);
            }};
  }
  void add_pgbench(const std::string& scenario, std::size_t connections) const {
    if (!Pgbench::installed()) {
      std::cout << "pgbench is not installed and left out\n";
      return;
    }
    const std::string id = id_text(make_rows(reading_tenant, 1).front().id);
    const auto pgbench = std::make_shared<Pgbench>(url_, reader(), id);
    add_measured(scenario, "pgbench",
                 [pgbench, connections] { return pgbench->seconds_per_get(connections); });
  }

  std::string prefix_;
  std::string url_;
};

}  // namespace

std::unique_ptr<Place> prepare_postgres(const Options& options) {
  auto made = std::make_unique<PostgresPlace>(
      options.postgres_url, options.one_processor ? KeptServer::Place::beside : KeptServer::Place::apart);
  PostgresPlace& place = *made;
  print_settings(place.server());
  seed(config_for(place.url()));
  seed_tenant(config_for(place.url()), streamed_tenant, options.streamed_rows());
  seed_as_reading_tenant(config_for(place.url()), mixed_tenant);
  seed_small_tenants(config_for(place.url()));
  PgConnection(place.url()).run("VACUUM ANALYZE tenon.analyses");

  const int inserts = options.quick ? 80 : 150;
  const std::size_t operations = options.quick ? 4'000 : 16'000;
  const std::vector<std::size_t> small = options.batches_of_at_most(batch_size);
  Contenders near("postgres/", place.url());
  near.add_readers();
  near.add_writers(inserts, {options.batches(), small, small});
  if (SqlAlchemy::installed("psycopg2")) {
    for (const auto& [scenario, operation] : SqlAlchemy::operations)
      add_measured(std::string("postgres/") + scenario, "SQLAlchemy and psycopg2",
                   [url = place.url(), operation = operation] {
                     return SqlAlchemy("postgres", url).seconds_per(operation);
                   });
  } else {
    std::cout << "SQLAlchemy and psycopg2 are not installed and left out\n";
  }
  near.add_lifetimes(options.streamed_rows());
  near.add_mixed_loads(operations);
  near.add_gets_of_threads();
  if (options.postgres_tcp_url.empty()) {
    std::cout
        << "TCP and the distant server are left out: name the server's TCP address with --postgres-tcp\n";
  } else {
    Contenders tcp("postgres tcp/", place.url_through(options.postgres_tcp_url));
    tcp.add_readers();
    tcp.add_writers(inserts, {small, small, small});
    tcp.add_lifetimes(options.streamed_rows());
    tcp.add_mixed_loads(operations);
    Contenders far("postgres 1 ms/", place.url_through(place.distant(options.postgres_tcp_url)));
    far.add_readers();
    far.add_writers(inserts / 5, {small, small, {}});  // a round trip for each row would say nothing new
    far.add_lifetimes(options.streamed_rows());
    far.add_mixed_loads(operations / 10);
  }
  for (std::size_t rows = 10'000; rows <= (options.quick ? 100'000 : options.largest_scale); rows *= 10) {
    for (const std::size_t tenants : {std::size_t{1}, std::size_t{1000}})
      add_growth("postgres " + std::to_string(tenants) + (tenants == 1 ? " tenant/" : " tenants/"),
                 {rows, tenants}, [&place](const Scale& scale) { return config_for(place.scaled(scale)); });
  }
  return made;
}

}  // namespace tenon_bench
