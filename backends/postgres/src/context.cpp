#include "context.hpp"

#include <chrono>
#include <utility>

#include "gate.hpp"

namespace tenon::postgres {

namespace {

Config for_migrations(Config config) {
  if (!config.postgres.migration_url.empty()) config.url = config.postgres.migration_url;
  return config;
}

}  // namespace

Context::Context(const Config& config)
    : options_(config.postgres),
      pool_options_(config.pool),
      binding_(config.postgres),
      target_(config),
      migration_target_(for_migrations(config)),
      pool_(target_.name(), config.pool, [this](backend::Deadline deadline) { return open(deadline); }) {}

backend::Deadline Context::connect_deadline() const {
  return std::chrono::steady_clock::now() + pool_options_.connect_timeout;
}

std::unique_ptr<backend::PooledConnection> Context::open(backend::Deadline deadline) {
  return std::make_unique<Connection>(target_.connect(deadline), options_.statement_cache);
}

// Again and again until there is something to protect, then never more.
void Context::pass_gate(Connection& connection, backend::Deadline deadline) {
  const Inspection inspection = postgres::inspect(connection, options_, deadline);
  require_safe(inspection.findings, options_);
  if (inspection.migrated) safe_ = true;
}

std::vector<Finding> Context::inspect(backend::Deadline deadline) {
  const auto lease = pool_.acquire(deadline);
  return postgres::inspect(of(lease), options_, deadline).findings;
}

void Context::close() noexcept {
  closed_ = true;
  pool_.close(std::chrono::steady_clock::now());
}

}  // namespace tenon::postgres
