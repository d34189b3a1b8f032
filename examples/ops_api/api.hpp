#pragma once

#include <httplib.h>
#include <memory>

#include <tenon/database.hpp>
#include <tenon/observers/prometheus.hpp>

#include "keys.hpp"

/// What the handlers share. It must outlive the server.
struct Api {
  tenon::Database database;
  ApiKeys keys;
  std::shared_ptr<tenon::PrometheusObserver> metrics;

  /// The tenant of the key in `Authorization: Bearer KEY`; HttpError 401 without one that is known.
  [[nodiscard]] tenon::TenantScope scope(const httplib::Request& request) const;
};

/// `/healthz`, `/ready`, `/health`, `/metrics`: for operators, without a key.
void add_operations(httplib::Server& server, Api& api);
/// `/mcp/database/info`, `/mcp/policies`, `/mcp/checkCostImpact`.
void add_cost_tools(httplib::Server& server, Api& api);
/// `/api/v1/incidents`.
void add_incidents(httplib::Server& server, Api& api);
/// `/` and `/api/v1/dashboard`.
void add_dashboard(httplib::Server& server, Api& api);
