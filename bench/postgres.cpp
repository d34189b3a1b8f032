#include <iostream>
#include <string>

#include <unistd.h>

#include <tenon/config.hpp>

#include "contenders/pg_connection.hpp"
#include "places.hpp"
#include "contenders/raw_postgres.hpp"
#include "scenarios.hpp"
#include "contenders/tenon.hpp"

// PostgreSQL. All contenders share one table, each writer in a tenant of its own.

namespace tenon_bench {
namespace {

// A database of our own on the server, dropped at the end.
class PostgresPlace final : public Place {
 public:
  explicit PostgresPlace(std::string url) : server_url_(std::move(url)), server_(server_url_) {
    server_.run("CREATE DATABASE " + name_);
  }
  ~PostgresPlace() override {
    try {
      server_.run("DROP DATABASE " + name_);
    } catch (const std::exception& failure) {
      std::cerr << "The database " << name_ << " is left over: " << failure.what();
    }
  }
  [[nodiscard]] const PgConnection& server() const noexcept { return server_; }
  [[nodiscard]] std::string url() const {
    return server_url_ + (server_url_.find('?') == std::string::npos ? "?" : "&") + "dbname=" + name_;
  }

 private:
  std::string name_ = "tenon_bench_" + std::to_string(getpid());
  std::string server_url_;
  PgConnection server_;
};

void print_settings(const PgConnection& server) {
  const char* const host = PQhost(server.handle());
  std::cout << "PostgreSQL " << server.ask("SHOW server_version") << " through "
            << (host != nullptr && host[0] == '/' ? "a Unix socket" : "TCP");
  for (const std::string setting : {"fsync", "synchronous_commit", "full_page_writes", "shared_buffers"})
    std::cout << ", " << setting << "=" << server.ask("SHOW " + setting);
  std::cout << '\n';
}

// Every writer has a tenant of its own, for they all begin with the same ids.
std::string next_writer() {
  static int writers = 0;
  return "writer-" + std::to_string(++writers);
}

}  // namespace

std::unique_ptr<Place> prepare_postgres(const Options& options) {
  auto place = std::make_unique<PostgresPlace>(options.postgres_url);
  tenon::Config config;
  config.url = place->url();
  print_settings(place->server());
  seed(config);
  PgConnection(place->url()).run("VACUUM ANALYZE tenon.analyses");

  using Tenancy = RawPostgres::Tenancy;
  const std::string url = place->url();
  const std::string reader = tenant_name(reading_tenant);
  const std::string prefix = "postgres/";
  constexpr int inserts = 500;
  for (const Tenancy tenancy : {Tenancy::session, Tenancy::transaction}) {
    const char* const name = tenancy == Tenancy::session ? "raw" : "raw, tenant transaction";
    add_reading<RawPostgres>(prefix, {name, [url, reader, tenancy] {
                                        return std::make_unique<RawPostgres>(url, reader, tenancy);
                                      }});
    add_writing<RawPostgres>(
        prefix, inserts,
        {name, [url, tenancy] { return std::make_unique<RawPostgres>(url, next_writer(), tenancy); }});
  }
  add_writing<RawCopy>(prefix, inserts, {"raw COPY, no row security", [url] {
                                           return std::make_unique<RawCopy>(url, next_writer());
                                         }});
  add_reading<Tenon>(prefix,
                     {"tenon", [config, reader] { return std::make_unique<Tenon>(config, reader); }});
  add_writing<Tenon>(prefix, inserts,
                     {"tenon", [config] { return std::make_unique<Tenon>(config, next_writer()); }});
  return place;
}

}  // namespace tenon_bench
