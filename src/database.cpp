#include <utility>

#include <tenon/backend/registry.hpp>
#include <tenon/database.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>
#include <tenon/migration_source.hpp>

#include "observers/observation.hpp"
#include "state.hpp"

namespace tenon {

detail::DatabaseState::~DatabaseState() {
  prober.reset();
  if (!engine) return;
  engine->close();  // a check that was left behind may destroy it much later
  if (pool_figures) pool_figures->end();
}

TenantScope::TenantScope(std::shared_ptr<detail::DatabaseState> database, TenantContext context)
    : state_(std::make_shared<const detail::ScopeState>(
          detail::ScopeState{database, context, {}, detail::tenant_hash(database->config, context)})) {}

const TenantContext& TenantScope::context() const noexcept {
  return *state_->context;
}

Transaction TenantScope::begin(const TransactOptions& options, std::source_location taken_at) const {
  detail::refuse_other_tenant(*state_);
  detail::DatabaseState& database = *state_->database;
  if (options.access == backend::Access::write && state_->context->role() == Role::read_only)
    throw Error(Error::Kind::permission_denied,
                "begin: the scope is read-only; begin with backend::Access::read");
  auto state = std::make_shared<detail::TransactionState>();
  state->scope = state_;
  state->access = options.access;
  state->deadline = database.deadline(options.timeout);
  const detail::Observation::Subject subject{.name = "transaction.begin",
                                             .writes = options.access == backend::Access::write,
                                             .in_transaction = true};
  state->session = detail::observe(*state_, subject, [&] {
    return database.engine->begin(state_->principal(),
                                  {options.access, options.isolation, state->deadline, taken_at});
  });
  detail::note_open(state);
  return Transaction(std::move(state));
}

AdministratorScope::AdministratorScope(std::shared_ptr<const detail::ScopeState> state) noexcept
    : state_(std::move(state)) {}

Database::Database(std::shared_ptr<detail::DatabaseState> state) noexcept : state_(std::move(state)) {}

Database Database::open(std::string_view url) {
  return open(Config::from_url(url));
}

Database Database::open(const Config& config) {
  if (!config.enabled)
    throw Error(Error::Kind::unavailable, "open: the configuration says that the database is disabled");
  config.validate();
  auto state = std::make_shared<detail::DatabaseState>();
  state->config = config;
  state->identity = std::make_shared<const DatabaseIdentity>(detail::identity_of(config));
  detail::observe_pool(state->config.pool, config.observer, state->identity);
  state->engine = backend::find_driver(config.scheme())->open(state->config);
  state->prober = std::make_unique<detail::Prober>(state->engine);
  if (config.observer) detail::tell_opened(state);
  return Database(std::move(state));
}

MigrationReport Database::migrate() {
  return migrator().up();
}

std::vector<MigrationReport> Database::migrate(std::vector<Migration> host, std::string component) {
  Migrator own = migrator(std::move(component), std::move(host));  // refuses what cannot be before any work
  MigrationReport bundled = migrate();
  return {std::move(bundled), own.up()};
}

Migrator Database::migrator() {
  return {state_, "tenon", read_migrations(state_->engine->bundled_migrations())};
}

Migrator Database::migrator(std::string component, std::vector<Migration> migrations) {
  if (component.empty() || component == "tenon")
    throw Error(Error::Kind::invalid_argument,
                "migrator: the host's component needs a name of its own, not 'tenon'");
  return {state_, std::move(component), std::move(migrations)};
}

Migrator Database::embedded_migrator(std::string component, std::span<const EmbeddedMigration> migrations) {
  return migrator(std::move(component), read_migrations(migrations));
}

TenantScope Database::scope(TenantContext context) const {
  if (context.role() == Role::administrator)
    throw Error(Error::Kind::invalid_argument,
                "scope: an administrator has no tenant; use Database::administrator");
  if (state_->config.tenant_ids != TenantIds::text)
    (void)detail::typed_tenant(
        context.tenant(),
        state_->config.tenant_ids == TenantIds::uuid ? backend::Type::uuid : backend::Type::int64, "scope");
  return {state_, std::move(context)};
}

AdministratorScope Database::administrator(std::string actor) const {
  const TenantContext checked("administrator", Role::administrator, std::move(actor));
  return AdministratorScope(std::make_shared<const detail::ScopeState>(
      detail::ScopeState{state_, std::nullopt, checked.actor(), {}}));
}

std::vector<Finding> Database::inspect() const {
  return state_->engine->inspect();
}

PoolStats Database::pool_stats() const {
  return state_->engine->pool_stats();
}

std::string Database::version() const {
  return state_->engine->version();
}

const Config& Database::config() const noexcept {
  return state_->config;
}

backend::Engine& Database::engine() const noexcept {
  return *state_->engine;
}

// The engine refuses calls first, and ends while a check may still be under way.
bool Database::close(std::chrono::milliseconds patience) noexcept {
  const backend::Deadline end = detail::later(std::chrono::steady_clock::now(), patience);
  state_->prober->refuse();
  const bool all_ended = state_->engine->drain(end);
  state_->prober->close(end);
  return all_ended;
}

void Database::close() noexcept {
  state_->prober->refuse();
  state_->engine->close();
  state_->prober->close(std::chrono::steady_clock::now());
}

}  // namespace tenon
