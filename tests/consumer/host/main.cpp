#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>
#include <string>

#include <tenon/json_document.hpp>
#include <tenon/tenon.hpp>

#ifdef HOST_HAS_PROMETHEUS
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <tenon/observers/prometheus.hpp>
#endif

// What a host does with tenon, on every backend that it was linked with. Ends with 0 when all went well.

namespace host {

std::span<const tenon::EmbeddedMigration> migrations();

struct Site {
  tenon::Uuid id;
  std::string name;
  tenon::Json config;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Site, (), (id, name, config, created_at))

}  // namespace host

template <>
struct tenon::Table<host::Site> {
  static constexpr auto name = "sites";
  static constexpr auto key = std::tuple{&host::Site::id};
};

namespace host {

using namespace tenon;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "failed: " << what << '\n';
  std::exit(1);
}

void expect_kind(Error::Kind kind, const char* url) {
  try {
    (void)Database::open(url);
  } catch (const Error& error) {
    std::cout << url << ": " << error.what() << '\n';
    expect(error.kind() == kind, "the kind of the error");
    return;
  }
  expect(false, "no error");
}

// The bundled stores, for two tenants.
void use_stores(Database& db) {
  db.migrate();
  const std::string own = to_string(Uuid::random());
  const TenantScope acme = db.scope(TenantContext("acme " + own));
  const TenantScope globex = db.scope(TenantContext("globex " + own));
  PolicyStore(acme).insert({.id = "cap", .name = "Cap", .description = "", .budget = 1000.0});
  acme.transact([](Transaction& tx) {
    PolicyStore(tx).set_enabled("cap", false);
    Analysis analysis;
    analysis.request_id = "r1";
    analysis.started_at = now();
    analysis.environment = "prod";
    analysis.estimated_monthly_cost = 742.5;
    analysis.result_json = Json(R"({"total": 1.0})");
    AnalysisStore(tx).insert(analysis);
  });
  const Incident incident = IncidentStore(acme).create(Json(R"({"labels":{"alertname":"Down"}})"));
  IncidentStore(acme).fail(incident.incident_id, "no data");
  expect(!PolicyStore(acme).get("cap").value().enabled, "the policy was changed");
  expect(AnalysisStore(acme).totals_by_environment().at(0).total_monthly_cost == 742.5,
         "the report adds up");
  expect(document(AnalysisStore(acme).find(all()).items.at(0).result_json)["total"] == 1.0,
         "JSON is parsed");
  expect(PolicyStore(globex).count() == 0 && AnalysisStore(globex).count() == 0, "tenants are apart");
  try {
    PolicyStore(acme).insert({.id = "cap", .name = "again", .description = ""});
    expect(false, "a key is unique");
  } catch (const Error& error) {
    expect(error.kind() == Error::Kind::already_exists, "an exception crosses the library's border");
  }
}

// An entity and migrations of the host's own.
void use_own_table(Database& db) {
  db.migrator("host", migrations()).up();
  const TenantScope acme = db.scope(TenantContext("acme"));
  const Repository<Site> sites(acme);
  Site site;
  site.id = Uuid::time_ordered();
  site.name = "shop";
  site.config = Json(R"({"php": 8.30})");
  sites.insert(site);
  expect(sites.get(site.id).value().config.text() == R"({"php": 8.30})", "JSON comes back byte for byte");
  expect(
      sites.find(where(field<&Site::name> == "shop").order_by(desc<&Site::created_at>)).items.size() == 1,
      "the site is found");
}

// What the host exports to Prometheus tells of the statements that it ran.
#if defined(HOST_HAS_PROMETHEUS) && defined(HOST_HAS_SQLITE)
void use_metrics() {
  const auto metrics = std::make_shared<PrometheusObserver>();
  Config config = Config::from_url("sqlite::memory:");
  config.observer = metrics;
  auto db = Database::open(config);
  db.migrate();
  (void)PolicyStore(db.scope(TenantContext("acme"))).count();
  double queries = 0;
  for (const prometheus::MetricFamily& family : metrics->collectable()->Collect()) {
    if (family.name != "tenon_db_queries_total") continue;
    for (const prometheus::ClientMetric& metric : family.metric) queries += metric.counter.value;
  }
  expect(queries > 0, "statements are counted for Prometheus");
  std::cout << "metrics: done\n";
}
#endif

}  // namespace host

int main() {
  using host::expect_kind;
  using Kind = tenon::Error::Kind;
  try {
    expect_kind(Kind::unsupported, "nosuchscheme:x");
#ifdef HOST_HAS_SQLITE
    std::filesystem::remove("host.db");
    auto sqlite = tenon::Database::open("sqlite:host.db");
    host::use_stores(sqlite);
    host::use_own_table(sqlite);
    std::cout << sqlite.version() << ": done\n";
#ifdef HOST_HAS_PROMETHEUS
    host::use_metrics();
#endif
#else
    expect_kind(Kind::unsupported, "sqlite:host.db");
#endif
#ifdef HOST_HAS_POSTGRES
    expect_kind(Kind::unavailable, "postgresql://nobody@127.0.0.1:1/none");
    if (const char* url = std::getenv("TENON_TEST_POSTGRES_URL"); url != nullptr && *url != '\0') {
      auto postgres = tenon::Database::open(url);
      host::use_stores(postgres);
      std::cout << postgres.version() << ": done\n";
    }
#else
    expect_kind(Kind::unsupported, "postgresql://nobody@127.0.0.1:1/none");
#endif
  } catch (const std::exception& error) {
    std::cerr << "failed: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
