#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tenon/finding.hpp>

#include "commands.hpp"
#include "json_list.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

const char* severity_text(const Finding& finding) {
  return finding.severity == FindingSeverity::error ? "error" : "warning";
}

std::string as_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += printable(to_string(finding)) + "\n";
  return text.empty() ? "Nothing weakens the walls between tenants.\n" : text;
}

std::string as_json(const std::vector<Finding>& findings) {
  std::string json;
  for (const Finding& finding : findings) {
    json += (json.empty() ? "{\"severity\":\"" : ",{\"severity\":\"") +
            std::string(severity_text(finding)) + "\",\"name\":" + json_text(finding.name) +
            ",\"object\":" + json_text(finding.object) + ",\"what\":" + json_text(finding.what) +
            ",\"remedy\":" + json_text(finding.remedy) + "}";
  }
  return "[" + json + "]\n";
}

void diagnose(Session& session) {
  session.accept_findings = {"*"};  // it is opened in order to be looked at
  const std::vector<Finding> findings = session.database().inspect();
  write(session.settings.json ? as_json(findings) : as_text(findings));
  flush_output();
  const bool unsafe = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == FindingSeverity::error;
  });
  if (unsafe) throw Failure("this database does not keep tenants apart; mend the errors listed above");
}

}  // namespace

void add_doctor_command(CLI::App& program, Session& session) {
  CLI::App* const doctor = program.add_subcommand(
      "doctor", "Look for holes in the walls between tenants; exit code 1 when there are any");
  doctor
      ->add_option("--tenant-column", session.tenant_columns,
                   "A column, beside tenant_id, by which tables that hold tenants' rows are known; may be"
                   " given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
  doctor->callback([&session] { diagnose(session); });
}

}  // namespace tenon::cli
