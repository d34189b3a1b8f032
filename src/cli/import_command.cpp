#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "content.hpp"
#include "files.hpp"
#include "json_list.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

struct ImportOptions {
  std::vector<std::string> paths;
  interchange::AnalysisOptions analyses;
};

std::string told(const std::string& name, Content content, const Stored& stored) {
  std::string line = printable(name) + ": " + counted(content, stored.keys.size());
  if (stored.replaced > 0) line += ", " + std::to_string(stored.replaced) + " in place of stored ones";
  return line + "\n";
}

std::string json_of(const std::string& name, const Stored& stored) {
  return "{\"file\":" + json_text(name) + ",\"inserted\":" + std::to_string(stored.inserted) +
         ",\"replaced\":" + std::to_string(stored.replaced) + "}";
}

// Files are stored in turn; when one is refused, those before it stay, and the report still goes out.
void run_import(Content content, const ImportOptions& options, Session& session) {
  const TenantScope scope = session.writer();
  std::string json;
  const auto finish_json = [&] {
    if (session.settings.json) write("[" + json + "]\n");
  };
  for (const std::string& path : options.paths) {
    const std::string name = display_name(path);
    try {
      const Stored stored = store_text(scope, content, read_file(path), name, options.analyses);
      if (session.settings.json) {
        json += (json.empty() ? "" : ",") + json_of(name, stored);
      } else {
        write(told(name, content, stored));
      }
    } catch (const std::exception&) {
      finish_json();
      throw;
    }
  }
  finish_json();
}

}  // namespace

void add_import_command(CLI::App& program, Session& session) {
  CLI::App* command =
      program.add_subcommand("import", "Store what files hold; each file wholly or not at all");
  command->require_subcommand(1);
  const auto add = [&](Content content, const char* description) {
    CLI::App* import = command->add_subcommand(std::string(plural(content)), description);
    auto options = std::make_shared<ImportOptions>();
    import->add_option("FILE", options->paths, "Files; - is standard input")->required();
    if (content == Content::analyses)
      import
          ->add_option("--environment", options->analyses.environment,
                       "Environment of projects in no Terraform workspace, or in \"default\"")
          ->capture_default_str();
    import->callback([content, options, &session] { run_import(content, *options, session); });
};
add(Content::policies, "Policies in tenon's JSON");
add(Content::analyses, "Infracost JSON, or exported analyses");
add(Content::incidents, "An Alertmanager webhook, or exported incidents");
}

}  // namespace tenon::cli
