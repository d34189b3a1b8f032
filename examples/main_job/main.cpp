// The main job of tenon, as a host program does it: two tenants keep policies, cost analyses and incidents
// in one database, and neither sees the other's.
//
//     main_job [URL [FILE…]]
//
// URL is sqlite:PATH or postgresql://…; without it, DATABASE_URL, then sqlite:tenon.db. Further files
// (policies, Infracost JSON, Alertmanager webhooks) are taken in for the tenant acme.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <tenon/tenon.hpp>

#include "../common/output.hpp"
#include "incident_life.hpp"
#include "intake.hpp"
#include "isolation.hpp"
#include "reports.hpp"

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void take_in_samples(const tenon::TenantScope& scope) {
  for (const auto& file : files_in(std::filesystem::path(EXAMPLE_DATA) / scope.context().tenant()))
    take_in(scope, file);
}

void say_what_next(const tenon::Config& config) {
  const std::string url = config.display_url();
  const bool embedded = config.scheme() == "sqlite";
  if (embedded)
    std::cout << "\nThe database is " << url.substr(url.find(':') + 1) << "; it is yours to look at.\n";
  std::cout << "\nWhat to try next, with the command line (target tenon-cli, program bin/tenon):\n"
            << "  export DATABASE_URL=" << url << (embedded ? "\n" : "   # with your user and password\n")
            << "  tenon --tenant acme incident list\n"
               "  tenon --tenant globex report trend --by month\n"
               "  tenon --admin analysis list\n"
               "  tenon --tenant acme --json report top\n";
}

void run(const tenon::Config& config, const std::vector<std::string>& files) {
  tenon::Database database = tenon::Database::open(config);
  const tenon::MigrationReport migrated = database.migrate();
  std::cout << database.version() << ", schema version " << migrated.version << "\n\nTaking in files:\n";

  const tenon::TenantScope acme = database.scope(tenon::TenantContext{"acme"});
  const tenon::TenantScope globex = database.scope(tenon::TenantContext{"globex"});
  take_in_samples(acme);
  take_in_samples(globex);
  for (const std::string& file : files) take_in(acme, file);

  live_through_an_incident(acme);
  print_reports(acme);
  print_reports(globex);
  show_isolation(database, acme, globex);
  say_what_next(config);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool has_url = !arguments.empty();
    run(has_url ? tenon::Config::from_url(arguments.front()) : tenon::Config::from_env(),
        {arguments.begin() + (has_url ? 1 : 0), arguments.end()});
    common::flush_output();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "main_job: " << error.what() << '\n';
    return 1;
  }
}
