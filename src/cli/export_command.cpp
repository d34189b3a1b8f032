#include <CLI/CLI.hpp>

#include <tenon/analysis_store.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/interchange.hpp>
#include <tenon/policy_store.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "session.hpp"

namespace tenon::cli {
namespace {

// A JSON array that is written as its rows come.
class ArrayWriter {
 public:
  template <class T>
  void add(const T& entity, std::optional<std::string_view> tenant = {}) {
    line_.assign(first_ ? "[\n" : ",\n");
    first_ = false;
    interchange::append_json(line_, entity, tenant);
    write(line_);
  }
  void finish() { write(first_ ? "[]\n" : "\n]\n"); }

 private:
  bool first_ = true;
  std::string line_;
};

template <class Store, class T>
void run_export(Session& session) {
  ArrayWriter array;
  if (session.settings.admin) {
    session.administrator().for_each<T>(all(),
                                        [&](const Owned<T>& row) { array.add(row.entity, row.tenant); });
  } else {
    Store{session.reader()}.for_each(all(), [&](const T& entity) { array.add(entity); });
  }
  array.finish();
}

}  // namespace

void add_export_command(CLI::App& program, Session& session) {
  CLI::App* command =
      program.add_subcommand("export", "Write all of them to standard output, for import to read");
  command->require_subcommand(1);
  command->add_subcommand("policies", "Policies in tenon's JSON")->callback([&session] {
    run_export<PolicyStore, Policy>(session);
  });
  command->add_subcommand("analyses", "Analyses with all their columns")->callback([&session] {
    run_export<AnalysisStore, Analysis>(session);
  });
  command->add_subcommand("incidents", "Incidents with all their columns")->callback([&session] {
    run_export<IncidentStore, Incident>(session);
  });
}

}  // namespace tenon::cli
