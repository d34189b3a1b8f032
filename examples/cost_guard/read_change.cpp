#include "read_change.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <tenon/interchange.hpp>
#include <tenon/json_document.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace {

using nlohmann::json;

json parse(const Document& document) {
  try {
    return json::parse(document.text);
  } catch (const json::exception& error) {
    throw std::runtime_error(document.source + ": not JSON: " + error.what());
  }
}

std::string text_or(const json& object, const char* name, std::string otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

// Infracost writes decimals in quotes, and null for what it cannot price.
double decimal(const json& object, const char* name) {
  const std::string text = text_or(object, name, "0");
  const auto value = tenon::Decimal::parse(text);
  if (!value) throw std::runtime_error("a cost of Infracost's is not a decimal number: " + text);
  return value->to_double();
}

std::vector<Resource> priced_resources(const tenon::Analysis& analysis) {
  std::vector<Resource> resources;
  const json& breakdown = tenon::document(analysis.result_json).at("breakdown");
  for (const json& listed : breakdown.value("resources", json::array()))
    resources.push_back({.address = text_or(listed, "name", ""),
                         .type = text_or(listed, "resourceType", ""),
                         .monthly_cost = decimal(listed, "monthlyCost")});
  return resources;
}

std::string action_of(const json& change) {
  const auto actions = change.value("actions", std::vector<std::string>{});
  if (actions.size() == 2) return "replace";
  return actions.size() == 1 ? actions.front() : "unknown";
}

Resource planned(const json& entry) {
  const json change = entry.value("change", json::object());
  Resource resource{.address = text_or(entry, "address", ""),
                    .type = text_or(entry, "type", ""),
                    .action = action_of(change)};
  const json& values = change.value(resource.action == "delete" ? "before" : "after", json());
  if (values.is_object()) resource.values = values;
  return resource;
}

// What the plan says of the resources that Infracost priced, and those that it did not price.
void add_plan(Change& change, const Document& document) {
  const json plan = parse(document);
  if (!plan.is_object() || !plan.contains("resource_changes"))
    throw std::runtime_error(document.source +
                             ": no resource_changes; write it with `terraform show -json PLAN`");
  for (const json& entry : plan["resource_changes"]) {
    if (text_or(entry, "mode", "managed") != "managed") continue;
    Resource resource = planned(entry);
    const auto priced =
        std::find_if(change.resources.begin(), change.resources.end(),
                     [&](const Resource& known) { return known.address == resource.address; });
    if (priced == change.resources.end()) {
      change.resources.push_back(std::move(resource));
    } else {
      resource.monthly_cost = priced->monthly_cost;
      *priced = std::move(resource);
    }
  }
  change.analysis.resource_count = static_cast<std::int64_t>(change.resources.size());
}

// Analyses that were exported could be read as well, but have no resources to judge.
void require_projects(const Document& infracost) {
  const json root = parse(infracost);
  const auto projects = root.find("projects");
  if (projects == root.end() || !projects->is_array() || projects->empty())
    throw std::runtime_error(infracost.source +
                             ": no projects; write it with `infracost breakdown --format json`");
}

std::vector<Change> priced(const Document& infracost, const std::string& environment) {
  require_projects(infracost);
  std::vector<Change> changes;
  for (tenon::Analysis& analysis :
       tenon::interchange::read_analyses(infracost.text, infracost.source, {.environment = environment})) {
    Change& change = changes.emplace_back(Change{std::move(analysis), {}});
    change.resources = priced_resources(change.analysis);
  }
  return changes;
}

Change unpriced(const ChangeDocuments& documents) {
  Change change;
  change.analysis.request_id = tenon::to_string(tenon::Uuid::time_ordered());
  change.analysis.started_at = tenon::now();
  change.analysis.iac_type = "terraform";
  change.analysis.environment = documents.environment;
  change.analysis.risk_flags = tenon::Json(R"([{"type":"monthly_cost_unknown"}])");
  return change;
}

}  // namespace

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in || !std::filesystem::is_regular_file(file))
    throw std::runtime_error("cannot read " + file.string());
  return text;
}

std::vector<Change> read_changes(const ChangeDocuments& documents) {
  const auto& [infracost, plan, environment, request_id] = documents;
  std::vector<Change> changes =
      infracost ? priced(*infracost, environment) : std::vector{unpriced(documents)};
  if (plan) {
    if (changes.size() != 1)
      throw std::runtime_error("a plan is of one project; " + infracost->source + " holds " +
                               std::to_string(changes.size()));
    add_plan(changes.front(), *plan);
  }
  if (!request_id.empty())
    for (std::size_t i = 0; i < changes.size(); ++i)
      changes[i].analysis.request_id = request_id + (i == 0 ? "" : "#" + std::to_string(i + 1));
  return changes;
}
