#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include <tenon/incident_store.hpp>

struct ListFilter {
  std::optional<std::string> status;
  std::optional<std::string> severity;
  std::optional<std::string> service;
};

/// The newest 100, one a line.
void print_list(const tenon::TenantScope& scope, const ListFilter& filter);
/// One incident with everything that was found out about it, as JSON.
void print_incident(const tenon::TenantScope& scope, const std::string& id);
/// How many in each status and severity, and how sure the reports are.
void print_report(const tenon::TenantScope& scope);
