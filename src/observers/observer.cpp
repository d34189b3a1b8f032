#include <tenon/observer.hpp>

namespace tenon {

Observer::~Observer() = default;

void Observer::opened(const DatabaseIdentity&, std::function<std::optional<PoolStats>()>) {}
void Observer::statement(const StatementEvent&) {}
void Observer::pool(const DatabaseIdentity&, const PoolEvent&) {}
void Observer::migration(const MigrationRun&) {}

}  // namespace tenon
