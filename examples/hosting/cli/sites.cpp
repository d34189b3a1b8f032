// site, deploy, deployment, incident: what a customer does with sites.

#include "../sites.hpp"

#include <iostream>
#include <map>

#include <tenon/enum_name.hpp>
#include <tenon/incident_store.hpp>

#include "../../common/output.hpp"
#include "../deployments.hpp"
#include "commands.hpp"
#include "whole_number.hpp"

namespace hosting {
namespace {

using common::printable;

void print(const Site& site) {
  std::cout << printable(site.domain) << "  " << printable(site.name) << "  " << printable(site.provider)
            << (site.deleted_at ? "  removed" : "") << '\n';
}

void print(const std::string& domain, const Deployment& deployment) {
  std::cout << printable(domain) << " deployment " << deployment.number << ": "
            << printable(deployment.version) << ' ' << tenon::enum_name(deployment.status) << '\n';
}

void add_sites(CLI::App& program, const Settings& settings) {
  static std::string domain;
  static std::string name;
  static std::string provider = "own";
  static bool all = false;
  CLI::App* command = program.add_subcommand("site", "The customer's sites");
  command->require_subcommand(1);
  CLI::App* add = command->add_subcommand("add", "A new site");
  add->add_option("domain", domain)->required();
  add->add_option("--name", name);
  add->add_option("--provider", provider)->capture_default_str();
  add->callback([&settings] {
    print(settings.as_customer([](tenon::Transaction& transaction) {
      return add_site(transaction, domain, name.empty() ? domain : name, provider);
    }));
  });
  CLI::App* list = command->add_subcommand("list", "By domain");
  list->add_flag("--all", all, "Removed ones as well");
  list->callback([&settings] {
    const auto sites =
        settings.as_customer([](tenon::Transaction& transaction) { return list_sites(transaction, all); });
    for (const Site& site : sites) print(site);
  });
  CLI::App* remove = command->add_subcommand("remove", "Hide it; restore brings it back");
  remove->add_option("domain", domain)->required();
  remove->callback([&settings] {
    settings.as_customer([](tenon::Transaction& transaction) { remove_site(transaction, domain); });
  });
  CLI::App* restore =
      command->add_subcommand("restore", "Bring the newest removed site of the domain back");
  restore->add_option("domain", domain)->required();
  restore->callback([&settings] {
    print(settings.as_customer(
        [](tenon::Transaction& transaction) { return restore_site(transaction, domain); }));
  });
}

void add_deployments(CLI::App& program, const Settings& settings) {
  static std::string domain;
  static std::string version;
  static std::string reason;
  static std::int64_t number = 0;
  static DeploymentStatus status{};
  CLI::App* deploy = program.add_subcommand("deploy", "Begin a deployment");
  deploy->add_option("domain", domain)->required();
  deploy->add_option("version", version)->required();
  deploy->callback([&settings] {
    print(domain, settings.as_customer([](tenon::Transaction& transaction) {
      return begin_deployment(transaction, domain, version);
    }));
  });
  CLI::App* command = program.add_subcommand("deployment", "A site's deployments");
  command->require_subcommand(1);
  const std::map<std::string, DeploymentStatus> moves{{"building", DeploymentStatus::building},
                                                      {"live", DeploymentStatus::live},
                                                      {"failed", DeploymentStatus::failed}};
  CLI::App* move = command->add_subcommand("move", "To building, live or failed");
  move->add_option("domain", domain)->required();
  move->add_option("number", number)->required()->transform(whole_number(1));
  move->add_option("status", status)->required()->transform(CLI::CheckedTransformer(moves));
  move->add_option("--reason", reason, "Why it failed");
  move->callback([&settings] {
    print(domain, settings.as_customer([](tenon::Transaction& transaction) {
      return move_deployment(transaction, domain, number, status, reason);
    }));
  });
  CLI::App* list = command->add_subcommand("list", "The newest first");
  list->add_option("domain", domain)->required();
  list->callback([&settings] {
    const auto deployments = settings.as_customer(
        [](tenon::Transaction& transaction) { return list_deployments(transaction, domain); });
    for (const Deployment& deployment : deployments) print(domain, deployment);
  });
}

void list_incidents(tenon::Transaction& transaction) {
  for (const tenon::IncidentSummary& incident : tenon::IncidentStore(transaction).list())
    std::cout << printable(incident.alert_name) << ' ' << printable(incident.service.value_or("-")) << ' '
              << tenon::enum_name(incident.status) << '\n';
}

}  // namespace

void add_site_commands(CLI::App& program, const Settings& settings) {
  add_sites(program, settings);
  add_deployments(program, settings);
  CLI::App* incident = program.add_subcommand("incident", "What failed deployments left");
  incident->require_subcommand(1);
  incident->add_subcommand("list", "The newest first")->callback([&settings] {
    settings.as_customer(list_incidents);
  });
}

}  // namespace hosting
