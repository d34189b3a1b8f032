#pragma once

#include <nlohmann/json.hpp>

#include <tenon/incident.hpp>

namespace common {

/// Whether Alertmanager says with it that the alert is over, as it does with `send_resolved`: nothing that
/// somebody has to look at.
inline bool is_resolved(const tenon::Incident& incident) {
  const auto alert = nlohmann::json::parse(incident.alert_input.text(), nullptr, false);
  const auto status = alert.find("status");
  return status != alert.end() && *status == "resolved";
}

}  // namespace common
