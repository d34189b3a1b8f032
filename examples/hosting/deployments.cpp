#include "deployments.hpp"

#include <nlohmann/json.hpp>

#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>

#include "sites.hpp"

namespace hosting {
namespace {

using tenon::enum_name;
using tenon::Error;

bool leads_to(DeploymentStatus from, DeploymentStatus to) {
  using enum DeploymentStatus;
  switch (from) {
    case pending:
      return to == building || to == failed;
    case building:
      return to == live || to == failed;
    default:
      return false;
  }
}

[[noreturn]] void throw_conflict(std::int64_t number, DeploymentStatus is, DeploymentStatus to) {
  throw Error(Error::Kind::conflict, "deployment " + std::to_string(number) + " is " +
                                         std::string(enum_name(is)) + " and cannot become " +
                                         std::string(enum_name(to)));
}

// An alert as Alertmanager would send it.
void open_incident(tenon::Transaction& transaction, const std::string& domain, const Deployment& deployment,
                   const std::string& reason) {
  const nlohmann::json alert = {
      {"status", "firing"},
      {"labels", {{"alertname", "DeploymentFailed"}, {"severity", "warning"}, {"service", domain}}},
      {"annotations",
       {{"deployment", deployment.number}, {"version", deployment.version}, {"reason", reason}}},
      {"startsAt", tenon::to_string(*deployment.finished_at)}};
  tenon::IncidentStore(transaction).create(tenon::Json(alert.dump()));
}

// The status `from` must still be there; of two that go live at once, the unique index refuses one.
void write_move(tenon::Transaction& transaction, const Deployment& deployment, DeploymentStatus from) {
  const auto moved_meanwhile = [&] {
    return Error(Error::Kind::conflict, "somebody else moved deployments of this site at the same time");
  };
  if (deployment.status == DeploymentStatus::live)
    transaction.execute(
        "UPDATE deployments SET status = 'superseded' WHERE site_id = $1 AND status = 'live'",
        deployment.site_id);
  try {
    if (transaction.execute("UPDATE deployments SET status = $1, finished_at = $2"
                            " WHERE site_id = $3 AND number = $4 AND status = $5",
                            deployment.status, deployment.finished_at, deployment.site_id,
                            deployment.number, from) == 0)
      throw moved_meanwhile();
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw moved_meanwhile();
  }
}

}  // namespace

Deployment begin_deployment(tenon::Transaction& transaction, const std::string& domain,
                            const std::string& version) {
  const Site site = count_deployment(transaction, domain);
  Deployment deployment{.site_id = site.site_id,
                        .number = site.deployments,
                        .version = version,
                        .status = DeploymentStatus::pending,
                        .started_at = tenon::now()};
  transaction.execute(
      "INSERT INTO deployments (site_id, number, version, status, started_at) VALUES ($1, $2, $3, $4, $5)",
      deployment.site_id, deployment.number, deployment.version, deployment.status, deployment.started_at);
  return deployment;
}

Deployment move_deployment(tenon::Transaction& transaction, const std::string& domain, std::int64_t number,
                           DeploymentStatus to, const std::string& reason) {
  const Site site = live_site(transaction, domain);
  auto found = tenon::Repository<Deployment>(transaction).get({site.site_id, number});
  if (!found) throw Error(Error::Kind::not_found, domain + " has no deployment " + std::to_string(number));
  Deployment& deployment = *found;
  const DeploymentStatus from = deployment.status;
  if (!leads_to(from, to)) throw_conflict(number, from, to);
  deployment.status = to;
  if (to != DeploymentStatus::building) deployment.finished_at = tenon::now();
  write_move(transaction, deployment, from);
  if (to == DeploymentStatus::failed) open_incident(transaction, domain, deployment, reason);
  return deployment;
}

std::vector<Deployment> list_deployments(tenon::Transaction& transaction, const std::string& domain) {
  using tenon::field;
  const Site site = live_site(transaction, domain);
  return tenon::Repository<Deployment>(transaction)
      .find(tenon::where(field<&Deployment::site_id> == site.site_id)
                .order_by(tenon::desc<&Deployment::number>))
      .items;
}

}  // namespace hosting
