#include <tenon/analysis_store.hpp>
#include <tenon/enum_name.hpp>
#include <tenon/interchange.hpp>
#include <tenon/policy_store.hpp>

#include "../common/store_analysis.hpp"
#include "../cost_guard/assess.hpp"
#include "../cost_guard/read_change.hpp"
#include "api.hpp"
#include "http.hpp"

namespace {

using nlohmann::json;

json to_document(const tenon::Policy& policy) {
  return json::parse(tenon::interchange::to_json(policy));
}

tenon::Policy policy_in(const std::string& body) {
  auto policies = tenon::interchange::read_policies(body, "body");
  if (policies.size() != 1) throw HttpError(400, "one policy is wanted");
  return std::move(policies.front());
}

void list_policies(const tenon::TenantScope& scope, httplib::Response& response) {
  json list = json::array();
  tenon::PolicyStore{scope}.for_each(
      tenon::all(), [&](const tenon::Policy& policy) { list.push_back(to_document(policy)); });
  send(response, list);
}

void get_policy(const tenon::TenantScope& scope, const std::string& id, httplib::Response& response) {
  const auto policy = tenon::PolicyStore{scope}.get(id);
  if (!policy) throw HttpError(404, "there is no policy " + id);
  send(response, to_document(*policy));
}

void create_policy(const tenon::TenantScope& scope, const std::string& body, httplib::Response& response) {
  const tenon::Policy policy = policy_in(body);
  tenon::PolicyStore{scope}.insert(policy);
  response.set_header("Location", "/mcp/policies/" + path_segment(policy.id));
  send(response, to_document(tenon::PolicyStore{scope}.get(policy.id).value_or(policy)), 201);
}

// The version in the body must be the stored one: of two who edit at once, the second is told.
void replace_policy(const tenon::TenantScope& scope, const std::string& id, const std::string& body,
                    httplib::Response& response) {
  tenon::Policy policy = policy_in(body);
  if (policy.id != id) throw HttpError(400, "the body's id is not the path's");
  tenon::PolicyStore{scope}.update(policy);
  send(response, to_document(tenon::PolicyStore{scope}.get(id).value_or(policy)));
}

void remove_policy(const tenon::TenantScope& scope, const std::string& id, httplib::Response& response) {
  if (!tenon::PolicyStore{scope}.remove(id)) throw HttpError(404, "there is no policy " + id);
  response.status = 204;
}

std::optional<Document> document_in(const json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() ? std::nullopt : std::optional(Document{found->dump(), name});
}

json verdict_of(const Change& change, const Assessment& assessment) {
  json violations = json::array();
  for (const Violation& violation : assessment.violations)
    violations.push_back({{"policy_id", violation.policy_id},
                          {"name", violation.policy_name},
                          {"on_violation", tenon::enum_name(violation.on_violation)},
                          {"reason", violation.reason}});
  const tenon::Analysis& analysis = change.analysis;
  return {{"request_id", analysis.request_id},
          {"environment", analysis.environment},
          {"estimated_monthly_cost", analysis.estimated_monthly_cost},
          {"resource_count", analysis.resource_count},
          {"policy_status", tenon::enum_name(analysis.policy_status)},
          {"risk_flags", json::parse(analysis.risk_flags.text())},
          {"violations", std::move(violations)},
          {"recommendations", assessment.advice}};
}

std::vector<Change> changes_in(const json& body) {
  try {
    return read_changes({.infracost = document_in(body, "infracost"),
                         .plan = document_in(body, "plan"),
                         .environment = body.value("environment", "production"),
                         .request_id = body.value("request_id", "")});
  } catch (const tenon::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw HttpError(400, error.what());
  }
}

// The policies were checked when they were stored: what is not as it should be is in the client's change.
Assessment assess_or_refuse(Change& change, const std::vector<tenon::Policy>& policies) {
  try {
    return assess(change, policies);
  } catch (const json::exception& error) {
    throw HttpError(400, std::string("the change cannot be judged: ") + error.what());
  }
}

// Body: {"infracost": …, "plan": …, "environment": …, "request_id": …}, each optional but one of the first
// two. All projects of it are stored or none, and again when the client lost the answer and asks again.
void check_cost_impact(const tenon::TenantScope& scope, const json& body, httplib::Response& response) {
  if (!body.is_object() || (!body.contains("infracost") && !body.contains("plan")))
    throw HttpError(400, "send {\"infracost\": …} or {\"plan\": …}");
  std::vector<Change> changes = changes_in(body);
  const auto policies = tenon::PolicyStore{scope}.enabled();
  json verdicts = json::array();
  for (Change& change : changes) verdicts.push_back(verdict_of(change, assess_or_refuse(change, policies)));
  std::vector<tenon::Analysis> analyses;
  for (Change& change : changes) analyses.push_back(std::move(change.analysis));
  common::store_analyses(scope, analyses);
  send(response, verdicts);
}

void send_info(const tenon::TenantScope& scope, httplib::Response& response) {
  const auto [total, average, blocked] = tenon::AnalysisStore{scope}.statistics();
  send(response, {{"enabled", true},
                  {"total_analyses", total},
                  {"average_monthly_cost", average},
                  {"blocked_count", blocked}});
}

}  // namespace

void add_cost_tools(httplib::Server& server, Api& api) {
  using httplib::Request;
  using httplib::Response;
  add_route(server, "/mcp/database/info", {{"GET", [&](const Request& request, Response& response) {
                                              send_info(api.scope(request), response);
                                            }}});
  add_route(server, "/mcp/policies",
            {{"GET", [&](const Request& request,
                         Response& response) { list_policies(api.scope(request), response); }},
             {"POST", [&](const Request& request, Response& response) {
                create_policy(api.scope(request), request.body, response);
              }}});
  // Any id: the path is decoded by now, and a slash or a line break in it may be the id's.
  add_route(
      server, R"(/mcp/policies/([\s\S]+))",
      {{"GET", [&](const Request& request,
                   Response& response) { get_policy(api.scope(request), request.matches[1], response); }},
       {"PUT",
        [&](const Request& request, Response& response) {
          replace_policy(api.scope(request), request.matches[1], request.body, response);
        }},
       {"DELETE", [&](const Request& request, Response& response) {
          remove_policy(api.scope(request), request.matches[1], response);
        }}});
  add_route(server, "/mcp/checkCostImpact", {{"POST", [&](const Request& request, Response& response) {
                                                const auto scope = api.scope(request);
                                                check_cost_impact(scope, body_of(request), response);
                                              }}});
}
