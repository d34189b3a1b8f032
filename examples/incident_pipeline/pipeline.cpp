#include "pipeline.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <sstream>
#include <thread>

#include <tenon/incident_store.hpp>

#include "../common/output.hpp"
#include "stages.hpp"

namespace {

using tenon::IncidentStatus;
using namespace std::chrono_literals;

volatile std::sig_atomic_t stopped = 0;

// The later stages first: what was begun is finished before more is begun.
constexpr std::array stages{IncidentStatus::context_enriched, IncidentStatus::context_collected,
                            IncidentStatus::pending};

void advance(const tenon::Incident& incident, const tenon::IncidentStore& incidents,
             const Knowledge& knowledge) {
  switch (incident.status) {
    case IncidentStatus::pending:
      return incidents.attach_primary_context(incident.incident_id, collect(incident, incidents));
    case IncidentStatus::context_collected:
      return incidents.attach_enhanced_context(incident.incident_id, enrich(incident, knowledge));
    default:
      return incidents.attach_diagnostic_report(incident.incident_id, diagnose(incident));
  }
}

// Another kind of error is the database's trouble, and the incident may be as sound as before.
bool is_about_the_incident(const std::exception& error) {
  const auto* const of_tenon = dynamic_cast<const tenon::Error*>(&error);
  if (of_tenon == nullptr) return true;
  using Kind = tenon::Error::Kind;
  return of_tenon->kind() == Kind::invalid_argument || of_tenon->kind() == Kind::corrupt ||
         of_tenon->kind() == Kind::constraint_violation;
}

class Worker {
 public:
  Worker(const tenon::Database& database, const Knowledge& knowledge, const PipelineOptions& options)
      : knowledge_(knowledge), until_idle_(options.until_idle) {
    for (const std::string& tenant : options.tenants)
      scopes_.push_back(database.scope(tenon::TenantContext{tenant}));
  }

  void operator()() {
    while (stopped == 0) {
      try {
        if (step()) continue;
        if (until_idle_ && nothing_left()) return;
        std::this_thread::sleep_for(50ms);
      } catch (const std::exception& error) {
        say(std::string("trouble, trying again: ") + error.what());
        std::this_thread::sleep_for(1s);
      }
    }
  }

 private:
  // One stage of one incident; false when there is nothing to do.
  bool step() {
    for (const tenon::TenantScope& scope : scopes_)
      for (const IncidentStatus stage : stages)
        if (step(scope, stage)) return true;
    return false;
  }

  bool step(const tenon::TenantScope& scope, IncidentStatus stage) {
    std::optional<tenon::Uuid> claimed;
    try {
      scope.transact([&](tenon::Transaction& transaction) {
        claimed.reset();
        const tenon::IncidentStore incidents{transaction};
        const auto next = incidents.claim(tenon::where(tenon::field<&tenon::Incident::status> == stage)
                                              .order_by(tenon::asc<&tenon::Incident::created_at>)
                                              .limit(1));
        if (next.empty()) return;
        claimed = next.front().incident_id;
        advance(next.front(), incidents, knowledge_);
      });
    } catch (const std::exception& error) {
      if (!claimed || !is_about_the_incident(error)) throw;
      say(to_string(*claimed) + " failed: " + error.what());
      tenon::IncidentStore{scope}.fail(*claimed, error.what());
    }
    return claimed.has_value();
  }

  [[nodiscard]] bool nothing_left() const {
    for (const tenon::TenantScope& scope : scopes_)
      for (const auto& [status, count] : tenon::IncidentStore{scope}.count_by_status())
        if (count > 0 && status != IncidentStatus::completed && status != IncidentStatus::failed)
          return false;
    return true;
  }

  static void say(const std::string& text) {
    std::ostringstream line;
    line << "incident_pipeline: " << common::printable(text) << '\n';
    std::cerr << line.str();
  }

  const Knowledge& knowledge_;
  bool until_idle_;
  std::vector<tenon::TenantScope> scopes_;
};

}  // namespace

void run_pipeline(tenon::Database& database, const Knowledge& knowledge, const PipelineOptions& options) {
  std::signal(SIGINT, [](int) { stopped = 1; });
  std::signal(SIGTERM, [](int) { stopped = 1; });
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < options.workers; ++i)
    workers.emplace_back(Worker(database, knowledge, options));
  for (std::thread& worker : workers) worker.join();
}
