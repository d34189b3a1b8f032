#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "api.hpp"
#include "http.hpp"

namespace {

void send_text(httplib::Response& response, const std::string& json, bool well) {
  response.status = well ? 200 : 503;
  response.set_content(json + "\n", "application/json");
}

}  // namespace

tenon::TenantScope Api::scope(const httplib::Request& request) const {
  constexpr std::string_view bearer = "Bearer ";
  const std::string header = request.get_header_value("Authorization");
  const auto tenant =
      header.starts_with(bearer) ? keys.tenant_of(header.substr(bearer.size())) : std::nullopt;
  if (!tenant) throw HttpError(401, "send a known API key: Authorization: Bearer KEY");
  return database.scope(tenon::TenantContext{*tenant});
}

void add_operations(httplib::Server& server, Api& api) {
  add_route(server, "/healthz", {{"GET", [](const auto&, auto& response) {
                                    send(response, {{"status", "alive"}});
                                  }}});
  add_route(server, "/ready", {{"GET", [&api](const auto&, auto& response) {
                                  const tenon::Readiness readiness = api.database.ready();
                                  send_text(response, tenon::to_json(readiness), readiness.ready);
                                }}});
  add_route(server, "/health", {{"GET", [&api](const auto&, auto& response) {
                                   const tenon::Health health = api.database.health();
                                   send_text(response, tenon::to_json(health), health.available);
                                 }}});
  add_route(server, "/metrics", {{"GET", [&api](const auto&, auto& response) {
                                    response.set_content(prometheus::TextSerializer().Serialize(
                                                             api.metrics->collectable()->Collect()),
                                                         "text/plain; version=0.0.4");
                                  }}});
}
