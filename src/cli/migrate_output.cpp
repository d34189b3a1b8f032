#include "migrate_output.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <nlohmann/json.hpp>

#include <tenon/enum_name.hpp>

#include "table.hpp"

namespace tenon::cli {
namespace {

using Json = nlohmann::ordered_json;

Json value(Timestamp time) {
  return to_string(time);
}
Json value(const std::optional<Timestamp>& time) {
  return time ? Json(to_string(*time)) : Json();
}
template <DescribedEnum E>
Json value(E one) {
  return std::string(enum_name(one));
}
template <class T>
requires(!DescribedEnum<T>) Json value(const T& one) {
  return one;
}

// A described struct by its members' names; a duration in milliseconds under its name with _ms.
template <class T>
Json object(const T& one) {
  Json json = Json::object();
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) {
        const auto& part = one.*member.pointer;
        if constexpr (std::is_same_v<decltype(part), const std::chrono::milliseconds&>) {
          json[std::string(member.name) + "_ms"] = part.count();
        } else {
          json[member.name] = value(part);
        }
      });
  return json;
}

template <class T>
Json array(const std::vector<T>& all) {
  Json json = Json::array();
  for (const T& one : all) json.push_back(object(one));
  return json;
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string list(const std::vector<std::int64_t>& versions) {
  std::string text;
  for (const std::int64_t version : versions)
    text.append(text.empty() ? "" : ", ").append(std::to_string(version));
  return text;
}

std::string at_version(const MigrationReport& report) {
  return "the schema is at version " + std::to_string(report.version) + ".\n";
}

std::string note(const MigrationStatus& migration) {
  if (migration.state == MigrationStatus::State::partial)
    return std::to_string(migration.statements_run) + " statements ran";
  return migration.out_of_order ? "out of order" : "-";
}

std::string dash_if_empty(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string heading(const MigrationStep& step) {
  std::string text = "-- " + std::to_string(step.version) + "_" + printable(step.name) + " " +
                     std::string(enum_name(step.direction)) + ", " + std::to_string(step.statements) +
                     (step.statements == 1 ? " statement" : " statements") +
                     (step.transactional ? ", in a transaction" : ", outside a transaction");
  if (!step.why_not.empty()) text += ": " + step.why_not;
  if (step.first_statement > 1) text += "; goes on at statement " + std::to_string(step.first_statement);
  if (!step.file.empty()) text += " (" + printable(step.file) + ")";
  return text + "\n";
}

// For a person: what a terminal would obey could hide what would run. Tabs stay.
std::string printable_line(std::string_view line) {
  std::string shown;
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t tab = std::min(line.find('\t', at), line.size());
    shown += printable(line.substr(at, tab - at)) + (tab < line.size() ? "\t" : "");
    at = tab + 1;
  }
  return shown;
}

}  // namespace

std::string report_text(const MigrationReport& report) {
  if (report.applied.empty() && report.reverted.empty()) return "Nothing to do; " + at_version(report);
  std::string text;
  if (!report.applied.empty()) text += "Applied " + list(report.applied) + "; ";
  if (!report.reverted.empty()) text += "Took back " + list(report.reverted) + "; ";
  return text + at_version(report);
}

std::string record_text(const MigrationReport& report) {
  if (report.recorded.empty()) return "Nothing to record; " + at_version(report);
  return "Recorded " + list(report.recorded) + "; " + at_version(report);
}

std::string report_json(const MigrationReport& report) {
  return line(object(report));
}

std::string status_text(const std::vector<MigrationStatus>& migrations,
                        const std::vector<MigrationProblem>& problems) {
  Table table({{"VERSION", Table::Align::right},
               {"NAME"},
               {"STATE"},
               {"APPLIED"},
               {"MS", Table::Align::right},
               {"NOTE"}});
  for (const MigrationStatus& migration : migrations) {
    const bool applied = migration.applied_at.has_value();
    table.add({std::to_string(migration.version), migration.name, std::string(to_string(migration.state)),
               applied ? time_text(*migration.applied_at) : "-",
               applied ? std::to_string(migration.duration.count()) : "-", note(migration)});
  }
  return table.text() + (problems.empty() ? "" : "\n" + problems_text(problems));
}

std::string status_json(const std::string& component, const std::vector<MigrationStatus>& migrations,
                        const std::vector<MigrationProblem>& problems) {
  return line({{"component", component}, {"migrations", array(migrations)}, {"problems", array(problems)}});
}

std::string history_text(const std::vector<MigrationEvent>& events) {
  Table table({{"VERSION", Table::Align::right},
               {"NAME"},
               {"ACTION"},
               {"AT"},
               {"MS", Table::Align::right},
               {"WHO"},
               {"WHY"}});
  for (const MigrationEvent& event : events)
    table.add({std::to_string(event.version), event.name, std::string(enum_name(event.action)),
               time_text(event.at), std::to_string(event.duration.count()), dash_if_empty(event.actor),
               dash_if_empty(event.reason)});
  return table.text();
}

std::string history_json(const std::vector<MigrationEvent>& events) {
  return line(array(events));
}

std::string plan_text(const std::vector<MigrationStep>& steps) {
  if (steps.empty()) return "Nothing to do.\n";
  std::string text;
  for (const MigrationStep& step : steps) {
    text += (text.empty() ? "" : "\n") + heading(step);
    for (std::size_t at = 0; at < step.sql.size();) {
      const std::size_t end = std::min(step.sql.find('\n', at), step.sql.size());
      text += printable_line(std::string_view(step.sql).substr(at, end - at)) + '\n';
      at = end + 1;
    }
  }
  return text;
}

std::string plan_json(const std::vector<MigrationStep>& steps) {
  return line(array(steps));
}

std::string problems_text(const std::vector<MigrationProblem>& problems) {
  std::string text;
  for (const MigrationProblem& problem : problems)
    text += problem.code + ": " + printable(problem.what) + "; " + printable(problem.remedy) + "\n";
  return text;
}

std::string problems_json(const std::vector<MigrationProblem>& problems) {
  return line(array(problems));
}

}  // namespace tenon::cli
