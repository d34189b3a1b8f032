#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>

#include <tenon/error.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "plain_values.hpp"
#include "session.hpp"
#include "standard_streams.hpp"
#include "table.hpp"

namespace {

using tenon::cli::Session;

constexpr int failed = 1;
constexpr int wrong_usage = 2;

// In one line, whatever the text holds.
int complain(const std::string& text, int exit_code) {
  std::fprintf(stderr, "tenon: %s\n", tenon::cli::printable(text).c_str());
  return exit_code;
}

// With the lines of the text.
int complain_in_lines(const std::string& text, int exit_code) {
  const char* lead = "tenon: ";
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::fprintf(stderr, "%s%s\n", lead, tenon::cli::printable(text.substr(at, end - at)).c_str());
    lead = "";
    at = end + 1;
  }
  return exit_code;
}

// The library's errors tell what and why; here stands what to do about them with this program.
int complain(const tenon::Error& error, Session& session) {
  using Kind = tenon::Error::Kind;
  std::string sentence = error.what();
  if (!session.works_on_whole_database && error.kind() != Kind::invalid_argument &&
      session.lacks_migrations())
    sentence = "the schema of " + session.display_url() +
               " is missing or not the newest; run: tenon migrate up (" + sentence + ")";
  if (session.could_not_open())
    sentence += "; check --url or DATABASE_URL (now " + session.display_url() + ")";
  if (error.retryable()) sentence += "; try again";
  if (!error.detail().code.empty()) sentence += " [" + error.detail().code + "]";
  // A migration's error shows the line of its file.
  return session.works_on_whole_database ? complain_in_lines(sentence, failed) : complain(sentence, failed);
}

void add_options(CLI::App& program, Session& session) {
  program.fallthrough();
  program.require_subcommand(1);
  program.set_version_flag("--version", "tenon " TENON_VERSION);
  program.add_option("--url", session.settings.url,
                     "sqlite:PATH or postgresql://…; default: DATABASE_URL, then sqlite:tenon.db");
  auto* tenant = program.add_option("--tenant", session.settings.tenant,
                                    "The tenant to work for; default: TENON_TENANT");
  program.add_flag("--admin", session.settings.admin, "Read across all tenants: list, count, export")
      ->excludes(tenant);
  program.add_flag("--json", session.settings.json, "Answer with one JSON document");
}

// An argument that nothing takes, without what may be a secret in it: an option's value, or a database's
// URL or settings (`password=…`), whose scheme may be missing.
std::string shown_argument(const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const bool has_user = name.find('@') != name.npos || name.find("://") != name.npos;
  const bool has_value = name.size() < argument.size();
  if (has_user || (has_value && !argument.starts_with('-')))
    return "that looks like a database's URL (give it with --url)";
  return name;
}

// Does what the arguments say, or tells the help or version that they ask for.
void obey(CLI::App& program, int argc, char** argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help_or_version) {
    std::ostringstream text;
    program.exit(asked_for_help_or_version, text, text);
    tenon::cli::write(text.str());
  }
  tenon::cli::flush_output();
}

int run(CLI::App& program, Session& session, int argc, char** argv) {
  try {
    tenon::cli::refuse_options_without_value(argc, argv);
    obey(program, argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (const auto unknown = program.remaining(true); !unknown.empty())
      return complain("unknown argument " + shown_argument(unknown.front()) + "; see: tenon --help",
                      wrong_usage);
    return complain(std::string(error.what()) + "; see: tenon --help", wrong_usage);
  } catch (const tenon::cli::UsageError& error) {
    return complain(error.what(), wrong_usage);
  } catch (const tenon::cli::OutputClosed&) {
    return failed;
  } catch (const tenon::Error& error) {
    return complain(error, session);
  } catch (const std::exception& error) {
    return complain(error.what(), failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (!tenon::cli::occupy_closed_streams()) return failed;
#ifdef SIGPIPE
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error that is handled, not an end
#endif
  Session session;
  CLI::App program("Policies, cost analyses and incidents, strictly apart per tenant.", "tenon");
  add_options(program, session);
  tenon::cli::add_migrate_command(program, session);
  tenon::cli::add_policy_command(program, session);
  tenon::cli::add_analysis_command(program, session);
  tenon::cli::add_incident_command(program, session);
  tenon::cli::add_import_command(program, session);
  tenon::cli::add_export_command(program, session);
  tenon::cli::add_report_command(program, session);
  tenon::cli::add_doctor_command(program, session);
  tenon::cli::add_operations_commands(program, session);
  tenon::cli::add_backup_command(program, session);
  tenon::cli::add_bench_command(program, session);
  tenon::cli::require_plain_values(program);
  return run(program, session, argc, argv);
}
