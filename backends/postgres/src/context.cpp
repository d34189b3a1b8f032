#include "context.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "flight.hpp"
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

// A `timestamp`, which has no time zone, is written and read as the session's zone has it: elsewhere than
// in UTC each reading and writing back would move it.
void set_utc(Connection& connection, backend::Deadline deadline) {
  const char* const zone = PQparameterStatus(connection.raw(), "TimeZone");
  if (zone != nullptr && (std::string_view(zone) == "UTC" || std::string_view(zone) == "Etc/UTC")) return;
  Flight flight(connection, false, deadline);
  flight.command(Step::statement, "set timezone = 'UTC'");
  flight.sync();
  const Landing landing = flight.land();
  if (landing.ok()) return;
  throw Error(Error::Kind::unavailable,
              "connect: the session could not be set to UTC" +
                  (landing.error ? ": " + landing.error->message : std::string(" in time")));
}

backend::ConnectionPool::Factory factory(std::shared_ptr<const ConnectTarget> target,
                                         std::size_t statement_cache) {
  return [target = std::move(target), statement_cache,
          changes = std::make_shared<std::atomic<std::uint32_t>>(0)](backend::Deadline deadline,
                                                                     const std::stop_token& stop) {
    auto connection =
        std::make_unique<Connection>(target->connect(deadline, stop), statement_cache, changes);
    set_utc(*connection, deadline);
    return connection;
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
  const bool calls_ended = pool_.drain(deadline);
  return maintenance_->have_ended_by(deadline) && calls_ended;
}

void Context::close() noexcept {
  closed_.request_stop();
  pool_.close(std::chrono::steady_clock::now());
}

void outdate_if_read_only(backend::ConnectionPool::Lease& lease, const Landing& landing) noexcept {
  if (landing.error && landing.error->sqlstate == "25006") lease.outdate();
}

}  // namespace tenon::postgres
