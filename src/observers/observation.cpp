#include "observation.hpp"

#include <exception>

namespace tenon::detail {

using std::chrono::steady_clock;

Observation::Observation(const ScopeState& scope, const Subject& subject)
    : scope_(scope),
      event_{.database = *scope.database->identity,
             .name = subject.name,
             .sql = subject.sql,
             .writes = subject.writes,
             .in_transaction = subject.in_transaction,
             .batch = subject.batch,
             .tenant_hash = scope.tenant_hash,
             .started = std::chrono::system_clock::now()},
      start_(steady_clock::now()) {}

void Observation::tell() noexcept {
  event_.duration = steady_clock::now() - start_;
  event_.round_trips = round_trips_.so_far();
  try {
    scope_.database->config.observer->statement(event_);
  } catch (...) {  // an observer changes nothing
  }
}

void Observation::succeeded(std::uint64_t rows) noexcept {
  event_.rows = rows;
  tell();
}

void Observation::failed() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    event_.error = &error;
    tell();
  } catch (...) {
    event_.interrupted = true;
    tell();
  }
}

}  // namespace tenon::detail
