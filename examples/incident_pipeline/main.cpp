// Takes alerts in and finds out, stage by stage, what caused them. See README.md.

#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tenon/error.hpp>
#include <tenon/interchange.hpp>

#include "../common/alert.hpp"
#include "../common/output.hpp"
#include "pipeline.hpp"
#include "reports.hpp"

namespace {

struct Settings {
  std::string url;
  PipelineOptions pipeline;

  [[nodiscard]] tenon::Database open() const {
    tenon::Database database =
        tenon::Database::open(url.empty() ? tenon::Config::from_env() : tenon::Config::from_url(url));
    database.migrate();
    return database;
  }
  // Of the one tenant that a command other than `work` is for.
  [[nodiscard]] tenon::TenantScope scope() const {
    if (pipeline.tenants.size() != 1) throw std::runtime_error("give one --tenant");
    return open().scope(tenon::TenantContext{pipeline.tenants.front()});
  }
};

std::string read_text(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void ingest(const Settings& settings, const std::string& file) {
  auto incidents = tenon::interchange::read_incidents(read_text(file), file);
  std::erase_if(incidents, common::is_resolved);
  tenon::IncidentStore{settings.scope()}.insert_all(incidents);
  std::cout << incidents.size() << " incidents taken in\n";
}

void add_commands(CLI::App& program, Settings& settings) {
  static std::string argument;
  static std::string knowledge;
  static ListFilter filter;
  CLI::App* in = program.add_subcommand("ingest", "Take in an Alertmanager webhook; - is stdin");
  in->add_option("file", argument)->required();
  in->callback([&] { ingest(settings, argument); });

  CLI::App* work = program.add_subcommand("work", "Move incidents through the stages");
  work->add_option("--knowledge", knowledge, "Folder with services.json and changes.json")->required();
  work->add_option("--workers", settings.pipeline.workers)->check(CLI::Range(1, 64))->capture_default_str();
  work->add_flag("--until-idle", settings.pipeline.until_idle, "End when nothing is left to do");
  work->callback([&] {
    tenon::Database database = settings.open();
    run_pipeline(database, Knowledge::load(knowledge), settings.pipeline);
  });

  CLI::App* list = program.add_subcommand("list", "The newest incidents");
  list->add_option("--status", filter.status);
  list->add_option("--severity", filter.severity);
  list->add_option("--service", filter.service);
  list->callback([&] { print_list(settings.scope(), filter); });
  CLI::App* show = program.add_subcommand("show", "One incident as JSON");
  show->add_option("id", argument)->required();
  show->callback([&] { print_incident(settings.scope(), argument); });
  program.add_subcommand("report", "Counts and confidence")->callback([&] {
    print_report(settings.scope());
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Takes alerts in and finds out, stage by stage, what caused them.", "incident_pipeline");
  Settings settings;
  program.add_option("--tenant", settings.pipeline.tenants, "May be given several times for work")
      ->required();
  program.add_option("--url", settings.url, "Instead of DATABASE_URL; sqlite:PATH or postgresql://…");
  program.require_subcommand(1);
  add_commands(program, settings);
  try {
    program.parse(argc, argv);
    common::flush_output();
    return 0;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "incident_pipeline: " << error.what() << '\n';
    return 1;
  }
}
