#include "context.hpp"

#include <chrono>
#include <utility>

#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "gate.hpp"
#include "listener.hpp"

namespace tenon::postgres {

namespace {

// A password in the migrations' URL is that login's, and no other's goes before it. Without one the other
// login's is used, wherever that has it from.
Config for_migrations(Config config) {
  if (config.postgres.migration_url.empty()) return config;
  Config direct = Config::from_url(config.postgres.migration_url);
  const bool asks_each_time = config.postgres.password || !config.postgres.password_file.empty();
  Secret password = std::move(direct.password);
  if (password.empty() && !asks_each_time) password = Secret(password_in(config.url));
  if (!password.empty()) config.postgres.password = [password] { return password.reveal(); };
  config.url = std::move(direct.url);
  return config;
}

backend::ConnectionPool::Factory factory(std::shared_ptr<const ConnectTarget> target,
                                         std::size_t statement_cache) {
  return [target = std::move(target), statement_cache,
          changes = std::make_shared<std::atomic<std::uint32_t>>(0)](backend::Deadline deadline,
                                                                     const std::stop_token& stop) {
    return std::make_unique<Connection>(target->connect(deadline, stop), statement_cache, changes);
  };
}

}  // namespace

Context::Context(const Config& config)
    : options_(config.postgres),
      pool_options_(config.pool),
      binding_(config.postgres),
      target_(std::make_shared<const ConnectTarget>(config)),
      migration_target_(for_migrations(config)),
      pool_(target_->name(), config.pool, factory(target_, config.postgres.statement_cache)) {}

backend::Deadline Context::connect_deadline() const {
  return tenon::detail::later(std::chrono::steady_clock::now(), pool_options_.connect_timeout);
}

// Again and again until there is something to protect, then never more.
void Context::pass_gate(Connection& connection, backend::Deadline deadline) {
  const Inspection inspection = postgres::inspect(connection, options_, deadline);
  require_safe(inspection.findings, options_);
  if (inspection.migrated) safe_ = true;
}

std::vector<Finding> Context::inspect(backend::Deadline deadline) {
  const auto lease = pool_.acquire({.deadline = deadline});
  return postgres::inspect(of(lease), options_, deadline).findings;
}

std::unique_ptr<backend::Subscription> Context::listen(std::vector<std::string> channels,
                                                       backend::Subscriber subscriber) {
  if (closed()) {
    throw Error(Error::Kind::unavailable, "the database " + target_->name() + " is closed");
  }
  return postgres::listen(target_, pool_options_, closed_.get_token(), std::move(channels),
                          std::move(subscriber));
}

bool Context::drain(backend::Deadline deadline) noexcept {
  closed_.request_stop();
  return pool_.drain(deadline);
}

void Context::close() noexcept {
  closed_.request_stop();
  pool_.close(std::chrono::steady_clock::now());
}

void outdate_if_read_only(backend::ConnectionPool::Lease& lease, const Landing& landing) noexcept {
  if (landing.error && landing.error->sqlstate == "25006") lease.outdate();
}

}  // namespace tenon::postgres
