// Judges what an infrastructure change will cost, before it is applied. See README.md.

#include <exception>
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include <tenon/error.hpp>

#include "../common/output.hpp"
#include "check.hpp"
#include "policies.hpp"
#include "reports.hpp"

tenon::TenantScope Settings::scope() const {
  tenon::Database database = tenon::Database::open(config);
  database.migrate();
  return database.scope(tenon::TenantContext{tenant});
}

namespace {

constexpr int exit_failed = 1;
constexpr int exit_blocked = 2;

void add_check(CLI::App& program, Settings& settings, int& exit_code) {
  static std::string infracost;
  static std::string plan;
  static ChangeDocuments documents;
  CLI::App* command =
      program.add_subcommand("check", "Judge a change; exit code 2 when a policy blocks it");
  command->add_option("--infracost", infracost, "JSON of `infracost breakdown --format json`");
  command->add_option("--plan", plan, "JSON of `terraform show -json PLAN`");
  command->add_option("--environment", documents.environment, "Where the files do not say it")
      ->capture_default_str();
  command->add_option("--request", documents.request_id, "Id of the CI run; the same id again replaces it");
  command->callback([&settings, &exit_code, command] {
    const bool with_infracost = command->count("--infracost") > 0;
    const bool with_plan = command->count("--plan") > 0;
    if (!with_infracost && !with_plan)
      throw CLI::ValidationError("check", "give --infracost, --plan or both");
    if (with_infracost) documents.infracost = Document{read_text(infracost), infracost};
    if (with_plan) documents.plan = Document{read_text(plan), plan};
    if (check(settings, documents) == tenon::PolicyStatus::block) exit_code = exit_blocked;
  });
}

void add_policies(CLI::App& program, Settings& settings) {
  static std::string argument;
  CLI::App* command = program.add_subcommand("policies", "The tenant's policies");
  command->require_subcommand(1);
  const auto with = [&](const char* name, const char* what, const char* help, auto run) {
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option(what, argument)->required();
    verb->callback([&settings, run] { run(settings, argument); });
  };
  with("import", "file", "Take in a JSON file", [](auto& s, auto& file) { import_policies(s, file); });
  with("enable", "id", "Hold changes against it", [](auto& s, auto& id) { enable_policy(s, id, true); });
  with("disable", "id", "Keep it, but do not", [](auto& s, auto& id) { enable_policy(s, id, false); });
  with("remove", "id", "Remove it", [](auto& s, auto& id) { remove_policy(s, id); });
  command->add_subcommand("export", "Print as JSON")->callback([&] { export_policies(settings); });
  command->add_subcommand("list", "Print in short")->callback([&] { list_policies(settings); });
}

void add_reports(CLI::App& program, Settings& settings) {
  static HistoryFilter filter;
  static auto unit = tenon::backend::CalendarUnit::day;
  static unsigned days = 0;
  CLI::App* history = program.add_subcommand("history", "The newest analyses");
  history->add_option("--environment", filter.environment);
  history->add_option("--status", filter.status, "pass, advisory or block");
  history->add_option("--limit", filter.limit)->capture_default_str();
  history->callback([&] { print_history(settings, filter); });
  program.add_subcommand("stats", "Totals and block rate")->callback([&] { print_statistics(settings); });
  CLI::App* trend = program.add_subcommand("trend", "Average cost over time");
  const std::map<std::string, tenon::backend::CalendarUnit> units{
      {"day", tenon::backend::CalendarUnit::day},
      {"week", tenon::backend::CalendarUnit::week},
      {"month", tenon::backend::CalendarUnit::month}};
  trend->add_option("--by", unit)->transform(CLI::CheckedTransformer(units));
  trend->callback([&] { print_trend(settings, unit); });
  CLI::App* old = program.add_subcommand("prune", "Remove old analyses");
  old->add_option("--older-than", days, "Days")->required();
  old->callback([&] { prune(settings, days); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Judges what an infrastructure change will cost, before it is applied.", "cost_guard");
  Settings settings;
  std::string url;
  int exit_code = 0;
  program.add_option("--tenant", settings.tenant)->envname("COST_GUARD_TENANT")->required();
  program.add_option("--url", url, "Instead of DATABASE_URL; sqlite:PATH or postgresql://…");
  program
      .add_option("--offline", settings.offline_folder,
                  "Folder for what is needed when the database is away")
      ->envname("COST_GUARD_OFFLINE");
  program.require_subcommand(1);
  program.parse_complete_callback([&] {
    settings.config = url.empty() ? tenon::Config::from_env() : tenon::Config::from_url(url);
    settings.config.pool.connect_timeout = std::chrono::seconds{5};
  });
  add_check(program, settings, exit_code);
  add_policies(program, settings);
  add_reports(program, settings);
  try {
    program.parse(argc, argv);
    common::flush_output();
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : exit_failed;
  } catch (const std::exception& error) {
    std::cerr << "cost_guard: " << error.what() << '\n';
    return exit_failed;
  }
}
