#include "session.hpp"

#include <algorithm>
#include <cstdlib>

#include <tenon/error.hpp>

namespace tenon::cli {
namespace {

constexpr const char* actor = "tenon command line";

}  // namespace

ConfigReading Session::reading() const {
  return read_config(process_environment(), settings.url, "--url");
}

Config Session::config() const {
  Config config = reading().config;
  config.postgres.accept_findings = accept_findings;
  if (works_on_whole_database) config.postgres.migration_url = migration_url;
  for (std::vector<std::string>* const known :
       {&config.sqlite.tenant_columns, &config.postgres.tenant_columns})
    known->insert(known->begin(), tenant_columns.begin(), tenant_columns.end());
  config.call_timeout = std::chrono::milliseconds{0};  // an export lasts as long as its reader takes
  return config;
}

Database& Session::open(const Config& config) {
  try {
    return database_.emplace(Database::open(config));
  } catch (const Error& error) {
    could_not_open_ = config.enabled && error.kind() == Error::Kind::unavailable;
    throw;
  }
}

Database& Session::database() {
  return database_ ? *database_ : open(config());
}

Database& Session::database(std::chrono::milliseconds connect_timeout) {
  if (database_) return *database_;
  Config shorter = config();
  shorter.pool.connect_timeout = std::min(shorter.pool.connect_timeout, connect_timeout);
  return open(shorter);
}

void Session::require_use_of_direct_url() const {
  if (migration_url.empty()) return;
  constexpr const char* option = "--direct-url (TENON_MIGRATION_URL)";
  const Config config = reading().config;
  if (config.scheme() == "sqlite")
    throw Error(Error::Kind::invalid_argument,
                std::string(option) + " leads to PostgreSQL's server; the database is " + config.url);
  try {
    if (Config::from_url(migration_url).scheme().starts_with("postgres")) return;
  } catch (const Error& error) {
    throw Error(error.kind(), std::string(option) + ": " + error.what(), error.detail());
  }
  throw Error(Error::Kind::invalid_argument, std::string(option) + ": it begins with postgresql://");
}

std::string Session::tenant() const {
  if (settings.admin)
    throw UsageError("this command works for one tenant; give --tenant NAME instead of --admin");
  if (settings.tenant) return *settings.tenant;
  const char* tenant = std::getenv("TENON_TENANT");  // NOLINT(concurrency-mt-unsafe): one thread
  if (tenant == nullptr || *tenant == '\0')
    throw UsageError("no tenant is given; add --tenant NAME or set TENON_TENANT");
  return tenant;
}

TenantScope Session::reader() {
  TenantContext context(tenant(), Role::read_only, actor);
  return database().scope(std::move(context));
}

TenantScope Session::writer() {
  TenantContext context(tenant(), Role::customer, actor);
  return database().scope(std::move(context));
}

AdministratorScope Session::administrator() {
  return database().administrator(actor);
}

bool Session::lacks_migrations() noexcept {
  if (!database_) return false;
  try {
    const auto all = database_->migrator().status();
    return std::any_of(all.begin(), all.end(), [](const MigrationStatus& migration) {
      return migration.state == MigrationStatus::State::pending;
    });
  } catch (const std::exception&) {
    return false;
  }
}

std::string Session::display_url() const {
  try {
    return config().display_url();
  } catch (const Error&) {
    return "the URL";
  }
}

}  // namespace tenon::cli
