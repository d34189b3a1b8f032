#include "context.hpp"

#include <chrono>
#include <utility>

#include "role_check.hpp"

namespace tenon::postgres {

Context::Context(const Config& config)
    : options_(config.postgres),
      pool_options_(config.pool),
      binding_(config.postgres),
      target_(config),
      pool_(target_.name(), config.pool, [this](backend::Deadline deadline) { return open(deadline); }) {}

backend::Deadline Context::connect_deadline() const {
  return std::chrono::steady_clock::now() + pool_options_.connect_timeout;
}

std::unique_ptr<backend::PooledConnection> Context::open(backend::Deadline deadline) {
  auto connection = std::make_unique<Connection>(target_.connect(deadline), options_.statement_cache);
  if (!roles_verified_) roles_verified_ = verify_roles(*connection, options_, deadline);
  return connection;
}

void Context::close() noexcept {
  closed_ = true;
  pool_.close(std::chrono::steady_clock::now());
}

}  // namespace tenon::postgres
