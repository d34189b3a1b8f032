// The host has tenon's attack suite attack its own table.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <unistd.h>

#include <tenon/secure_table.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/attacks.hpp>

namespace host {

struct Invoice {
  tenon::Uuid id;
  std::string title;
  double amount = 0;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Invoice, (), (id, title, amount, created_at))

}  // namespace host

template <>
struct tenon::Table<host::Invoice> {
  static constexpr auto name = "billing.invoices";
  static constexpr auto key = std::tuple{&host::Invoice::id};
};

template <>
struct tenon::testing::AttackTarget<host::Invoice> {
  static constexpr auto text = &host::Invoice::title;

  static void migrate(Database& db) {
    db.migrate();  // on PostgreSQL the bundled schema brings the roles and tenon.tenant()
    const bool sqlite = db.config().scheme() == "sqlite";
    const std::string up =
        sqlite
            ? "CREATE TABLE billing_invoices (tenant_id TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT "
              "NULL,"
              " amount REAL NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id)) STRICT;"
            : "CREATE SCHEMA billing; CREATE TABLE billing.invoices (tenant_id text COLLATE \"C\" NOT NULL,"
              " id uuid NOT NULL, title text COLLATE \"C\" NOT NULL, amount double precision NOT NULL,"
              " created_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id));" +
                  secure_table_sql("billing.invoices");
    db.migrator("billing", {{1, "invoices", up, ""}}).up();
  }
  static host::Invoice row(std::uint64_t number, std::string title) {
    Uuid id;
    for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return {id, std::move(title), 1.5, {}};
  }
};

namespace {

using namespace tenon;
namespace kit = tenon::testing;

#ifdef HOST_HAS_SQLITE
class File final : public kit::TestDatabase {
 public:
  File() { std::filesystem::remove("attacked.db"); }
  [[nodiscard]] std::string url() const override { return "sqlite:attacked.db"; }
};

class Sqlite final : public kit::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "sqlite"; }
  [[nodiscard]] std::unique_ptr<kit::TestDatabase> create() override { return std::make_unique<File>(); }
  [[nodiscard]] Config config(const std::string& url) const override {
    Config config = Config::from_url(url);
    config.sqlite.raw_schemas = {"billing"};
    return config;
  }
};
TENON_CONFORMANCE_BACKEND(Sqlite);
#endif

#ifdef HOST_HAS_POSTGRES
std::string server() {
  const char* url = std::getenv("TENON_TEST_POSTGRES_URL");
  return url != nullptr ? url : "";
}

void on_server(const std::string& sql) {
  Config config = Config::from_url(server());
  config.postgres.accept_findings = {"*"};
  Database::open(config).engine().maintenance()->execute(sql);
}

class Copy final : public kit::TestDatabase {
 public:
  Copy() { on_server("CREATE DATABASE " + name_); }
  ~Copy() override {
    try {
      on_server("DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const Error&) {  // the server is gone
    }
  }
  [[nodiscard]] std::string url() const override {
    const std::string url = server();
    const std::size_t path = url.find('/', url.find("://") + 3);
    return url.substr(0, path + 1) + name_ + url.substr(std::min(url.find('?'), url.size()));
  }

 private:
  static inline int copies_ = 0;
  std::string name_ = "tenon_host_" + std::to_string(getpid()) + "_" + std::to_string(++copies_);
};

class Postgres final : public kit::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "postgres"; }
  [[nodiscard]] std::unique_ptr<kit::TestDatabase> create() override { return std::make_unique<Copy>(); }
  [[nodiscard]] std::string unavailable() const override {
    return server().empty() ? "TENON_TEST_POSTGRES_URL is not set" : "";
  }
};
TENON_CONFORMANCE_BACKEND(Postgres);
#endif

using host::Invoice;
TENON_ATTACK_SUITE(InvoiceAttacks, Invoice);

}  // namespace
