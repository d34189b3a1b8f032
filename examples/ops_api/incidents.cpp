#include <charconv>

#include <tenon/enum_name.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/interchange.hpp>

#include "../common/alert.hpp"
#include "api.hpp"
#include "http.hpp"

namespace {

using nlohmann::json;

tenon::Uuid id_of(const httplib::Request& request) {
  const auto id = tenon::Uuid::parse(request.matches[1].str());
  if (!id) throw HttpError(400, "an incident's id is a UUID");
  return *id;
}

std::optional<std::string> parameter(const httplib::Request& request, const char* name) {
  if (!request.has_param(name)) return std::nullopt;
  return request.get_param_value(name);
}

std::size_t limit_of(const httplib::Request& request) {
  const std::string text = parameter(request, "limit").value_or("50");
  std::size_t limit = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failed != std::errc() || end != text.data() + text.size() || limit < 1 || limit > 500)
    throw HttpError(400, "limit is 1 to 500");
  return limit;
}

void list(const tenon::TenantScope& scope, const httplib::Request& request, httplib::Response& response) {
  tenon::IncidentFilter filter{
      .status = {}, .severity = parameter(request, "severity"), .service = parameter(request, "service")};
  if (const auto status = parameter(request, "status")) {
    filter.status = tenon::parse_enum<tenon::IncidentStatus>(*status);
    if (!filter.status) throw HttpError(400, "there is no status " + *status);
  }
  std::optional<tenon::Cursor> after;
  if (auto cursor = parameter(request, "cursor")) after = tenon::Cursor{std::move(*cursor)};
  const auto page = tenon::IncidentStore{scope}.list(filter, limit_of(request), std::move(after));
  json items = json::array();
  for (const tenon::IncidentSummary& incident : page.items)
    items.push_back(json::parse(tenon::interchange::to_json(incident)));
  send(response, {{"incidents", std::move(items)}, {"next", page.next ? json(page.next->text) : json()}});
}

void take_in(const tenon::TenantScope& scope, const std::string& body, httplib::Response& response) {
  auto incidents = tenon::interchange::read_incidents(body, "body");
  std::erase_if(incidents, common::is_resolved);
  json ids = json::array();
  for (tenon::Incident& incident : incidents) {
    incident.incident_id = tenon::Uuid::time_ordered();
    ids.push_back(to_string(incident.incident_id));
  }
  tenon::IncidentStore{scope}.insert_all(incidents);
  send(response, {{"incident_ids", std::move(ids)}}, incidents.empty() ? 200 : 201);
}

void get(const tenon::TenantScope& scope, const tenon::Uuid& id, httplib::Response& response) {
  const auto incident = tenon::IncidentStore{scope}.get(id);
  if (!incident) throw HttpError(404, "there is no incident " + to_string(id));
  // Not through a parsed document: the alert comes back byte for byte.
  response.set_content(tenon::interchange::to_json(*incident) + "\n", "application/json");
}

void remove(const tenon::TenantScope& scope, const tenon::Uuid& id, httplib::Response& response) {
  if (!tenon::IncidentStore{scope}.remove(id))
    throw HttpError(404, "there is no incident " + to_string(id));
  response.status = 204;
}

}  // namespace

void add_incidents(httplib::Server& server, Api& api) {
  using httplib::Request;
  using httplib::Response;
  add_route(server, "/api/v1/incidents",
            {{"GET", [&](const Request& request,
                         Response& response) { list(api.scope(request), request, response); }},
             {"POST", [&](const Request& request, Response& response) {
                take_in(api.scope(request), request.body, response);
              }}});
  add_route(server, "/api/v1/incidents/([^/]+)",
            {{"GET",
              [&](const Request& request, Response& response) {
                const auto scope = api.scope(request);
                get(scope, id_of(request), response);
              }},
             {"DELETE", [&](const Request& request, Response& response) {
                const auto scope = api.scope(request);
                remove(scope, id_of(request), response);
              }}});
}
