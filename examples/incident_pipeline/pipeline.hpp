#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tenon/database.hpp>

#include "knowledge.hpp"

struct PipelineOptions {
  std::vector<std::string> tenants;
  std::size_t workers = 3;
  bool until_idle = false;  ///< end when every incident is completed or failed; else run until a signal
};

/// Moves the tenants' incidents through collect, enrich and diagnose until a signal (SIGINT, SIGTERM) or,
/// when asked for, until nothing is left.
///
/// Each step is one transaction: claim an incident, work, attach the result. A worker or process that dies
/// takes nothing with it: what it had claimed is free again and is taken up at the same stage. Several
/// processes may serve one database.
void run_pipeline(tenon::Database& database, const Knowledge& knowledge, const PipelineOptions& options);
