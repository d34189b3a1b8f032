#include <utility>

#include <tenon/observers/fan_out.hpp>

namespace tenon {

FanOut::FanOut(std::vector<std::shared_ptr<Observer>> observers) : observers_(std::move(observers)) {
  std::erase(observers_, nullptr);
}

template <class Tell>
void FanOut::each(Tell&& tell) const {
  for (const auto& observer : observers_) {
    try {
      tell(*observer);
    } catch (...) {  // as whoever called us would
    }
  }
}

void FanOut::opened(const DatabaseIdentity& database, std::function<std::optional<PoolStats>()> pool) {
  each([&](Observer& observer) { observer.opened(database, pool); });
}

void FanOut::statement(const StatementEvent& event) {
  each([&](Observer& observer) { observer.statement(event); });
}

void FanOut::pool(const DatabaseIdentity& database, const PoolEvent& event) {
  each([&](Observer& observer) { observer.pool(database, event); });
}

void FanOut::migration(const MigrationRun& run) {
  each([&](Observer& observer) { observer.migration(run); });
}

}  // namespace tenon
