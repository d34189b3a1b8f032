#include "stages.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <tenon/json_document.hpp>

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

tenon::Timestamp started(const tenon::Incident& incident) {
  const json& alert = tenon::document(incident.alert_input);
  const auto at = tenon::parse_timestamp(alert.value("startsAt", ""));
  return at.value_or(incident.created_at);
}

// So far apart the alerts of one webhook are stored, at most.
constexpr auto together = 5min;

double minutes(std::chrono::microseconds span) {
  return std::chrono::duration<double, std::ratio<60>>(span).count();
}

// Labels and annotations are texts; anything else in them is not Alertmanager's.
json texts_of(const json& named) {
  json texts = json::object();
  if (!named.is_object()) return texts;
  for (const auto& [name, value] : named.items())
    if (value.is_string()) texts[name] = value;
  return texts;
}

struct Cause {
  std::string text;
  double confidence = 0;
};

// A change explains the better what came soon after it: full weight at once, none after two hours.
double freshness(double minutes_before) {
  return std::clamp(1.0 - minutes_before / 120.0, 0.0, 1.0);
}

Cause from_changes(const json& changes, const std::string& service) {
  Cause best;
  for (const json& change : changes) {
    const auto changed = change.at("service").get<std::string>();
    const bool own = changed == service;
    const double fresh = freshness(change.at("minutes_before"));
    const double confidence = fresh > 0 ? (own ? 0.5 + 0.4 * fresh : 0.4 + 0.3 * fresh) : 0.0;
    if (confidence > best.confidence)
      best = {changed + " was changed to " + change.at("version").get<std::string>() + " shortly before",
              confidence};
  }
  return best;
}

Cause from_neighbours(const json& related, const json& depends_on) {
  for (const json& other : related) {
    const auto service = other.at("service").get<std::string>();
    if (std::find(depends_on.begin(), depends_on.end(), service) != depends_on.end())
      return {service + ", on which it depends, has " + other.at("alert_name").get<std::string>(),
              other.at("severity") == "critical" ? 0.7 : 0.6};
  }
  return {};
}

Cause from_name(const std::string& alert) {
  constexpr std::pair<const char*, const char*> kinds[] = {{"emory", "memory runs short"},
                                                           {"isk", "the disk fills up"},
                                                           {"atency", "it answers slowly"},
                                                           {"rror", "requests fail"}};
  for (const auto& [part, text] : kinds)
    if (alert.find(part) != std::string::npos) return {text, 0.3};
  return {"unknown", 0.1};
}

}  // namespace

tenon::Json collect(const tenon::Incident& incident, const tenon::IncidentStore& incidents) {
  const json& alert = tenon::document(incident.alert_input);
  json related = json::array();
  if (incident.namespace_) {
    using tenon::field;
    using tenon::Incident;
    const auto around = tenon::where(field<&Incident::namespace_> == *incident.namespace_ &&
                                     field<&Incident::created_at> >= incident.created_at - 1h &&
                                     field<&Incident::created_at> <= incident.created_at + together &&
                                     field<&Incident::incident_id> != incident.incident_id);
    for (const auto& other :
         incidents
             .find<tenon::IncidentSummary>(around.order_by(tenon::desc<&Incident::created_at>).limit(20))
             .items)
      related.push_back({{"incident_id", tenon::to_string(other.incident_id)},
                         {"alert_name", other.alert_name},
                         {"severity", other.severity},
                         {"service", other.service.value_or("")}});
  }
  const auto annotations = alert.find("annotations");
  return tenon::to_json_text(
      {{"labels", texts_of(alert.at("labels"))},
       {"annotations", annotations == alert.end() ? json::object() : texts_of(*annotations)},
       {"started_at", tenon::to_string(started(incident))},
       {"related_incidents", std::move(related)}});
}

tenon::Json enrich(const tenon::Incident& incident, const Knowledge& knowledge) {
  const std::string name = incident.service.value_or("");
  const Service* service = knowledge.find(name);
  const Service unknown{"on-call", "", {}};
  const Service& known = service != nullptr ? *service : unknown;
  const tenon::Timestamp start = started(incident);
  json changes = json::array();
  for (const Change& change : knowledge.changes) {
    const bool near = change.service == name || std::find(known.depends_on.begin(), known.depends_on.end(),
                                                          change.service) != known.depends_on.end();
    if (near && change.at <= start && start - change.at < 24h)
      changes.push_back({{"service", change.service},
                         {"version", change.version},
                         {"by", change.by},
                         {"minutes_before", minutes(start - change.at)}});
  }
  return tenon::to_json_text({{"owner", known.owner},
                              {"runbook", known.runbook},
                              {"depends_on", known.depends_on},
                              {"recent_changes", std::move(changes)}});
}

tenon::Json diagnose(const tenon::Incident& incident) {
  if (!incident.primary_context || !incident.enhanced_context)
    throw std::logic_error("diagnose: the incident lacks a context");
  const json& collected = tenon::document(*incident.primary_context);
  const json& enriched = tenon::document(*incident.enhanced_context);
  const Cause cause =
      std::max({from_changes(enriched.at("recent_changes"), incident.service.value_or("")),
                from_neighbours(collected.at("related_incidents"), enriched.at("depends_on")),
                from_name(incident.alert_name)},
               [](const Cause& a, const Cause& b) { return a.confidence < b.confidence; });
  json advice = json::array({"tell " + enriched.at("owner").get<std::string>()});
  if (const std::string runbook = enriched.at("runbook"); !runbook.empty())
    advice.push_back("follow " + runbook);
  return tenon::to_json_text(
      {{"root_cause", cause.text}, {"confidence_score", cause.confidence}, {"advice", std::move(advice)}});
}
