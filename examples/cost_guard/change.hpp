#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tenon/analysis.hpp>

/// One resource of an infrastructure change, as rules see it under `resource.`.
struct Resource {
  std::string address;
  std::string type;
  std::string action = "unknown";  ///< create, update, replace, delete, read, no-op
  double monthly_cost = 0;
  nlohmann::json values = nlohmann::json::object();  ///< what Terraform will set, or had set for a delete
};

/// An infrastructure change that is to be judged: its analysis so far, and what it touches.
struct Change {
  tenon::Analysis analysis;
  std::vector<Resource> resources;
};
