#include "tenant_files.hpp"

#include <algorithm>
#include <exception>

#include "file_name.hpp"
#include "tenant_file.hpp"

namespace tenon::sqlite {
namespace {

std::unique_ptr<Engine> open_schema(const Directory& directory, const Config& config) {
  directory.make(schema_file_name);
  return std::make_unique<Engine>(Location{.path = directory.path_of(schema_file_name)}, config);
}

// The open files share the cache.
Config of_one_file(Config config) {
  config.sqlite.cache_megabytes /= std::max<std::size_t>(config.sqlite.open_tenants, 1);
  return config;
}

}  // namespace

TenantFiles::TenantFiles(const std::string& directory, const Config& config)
    : config_(of_one_file(config)),
      directory_(directory),
      schema_(open_schema(directory_, config_)),
      journal_(*schema_),
      open_(std::max<std::size_t>(config.sqlite.open_tenants, 1), config.pool.acquire_timeout,
            [this](const std::string& tenant) { return open(tenant); }) {}

std::unique_ptr<Engine> TenantFiles::open(const std::string& tenant) {
  const std::string name = tenant_file_name(tenant);
  const std::string path = directory_.path_of(name);
  directory_.make(name);
  std::unique_ptr<Engine> file;
  naming_the_file(path, [&] { file = std::make_unique<Engine>(Location{.path = path}, config_); });
  bring_up(*file, path, tenant, journal_);
  return file;
}

OpenFiles::Use TenantFiles::existing(std::string_view tenant, backend::Deadline deadline,
                                     std::string_view subject) {
  if (!is_behind(tenant)) {
    if (OpenFiles::Use use = open_.find(tenant)) return use;
  }
  const std::string name = tenant_file_name(tenant);
  OpenFiles::Use use;
  hiding_the_file(directory_.path_of(name), [&] {
    if (directory_.has(name)) use = brought_up(tenant, deadline, subject);
  });
  return use;
}

OpenFiles::Use TenantFiles::brought_up(std::string_view tenant, backend::Deadline deadline,
                                       std::string_view subject) {
  OpenFiles::Use use = open_.get(tenant, deadline, subject);
  if (!is_behind(tenant)) return use;
  const std::scoped_lock lock(catching_up_);
  if (!is_behind(tenant)) return use;
  const std::string name(tenant);
  bring_up(use.engine(), directory_.path_of(tenant_file_name(tenant)), name, journal_);
  note_behind(name, false);
  return use;
}

bool TenantFiles::is_behind(std::string_view tenant) {
  if (!some_are_behind_.load(std::memory_order_acquire)) return false;
  const std::scoped_lock lock(behind_mutex_);
  return behind_.contains(tenant);
}

void TenantFiles::note_behind(const std::string& tenant, bool behind) {
  const std::scoped_lock lock(behind_mutex_);
  if (behind) {
    behind_.insert(tenant);
  } else {
    behind_.erase(tenant);
  }
  some_are_behind_.store(!behind_.empty(), std::memory_order_release);
}

OpenFiles::Use TenantFiles::made(std::string_view tenant, backend::Deadline deadline,
                                 std::string_view subject) {
  if (OpenFiles::Use use = existing(tenant, deadline, subject)) return use;
  require_schema(subject);
  OpenFiles::Use use;
  hiding_the_file(directory_.path_of(tenant_file_name(tenant)),
                  [&] { use = open_.get(tenant, deadline, subject); });
  return use;
}

void TenantFiles::require_schema(std::string_view subject) const {
  if (journal_.newest() == 0) {
    throw Error(Error::Kind::schema_mismatch,
                std::string(subject) + ": the directory has no schema yet; migrate the database",
                {.sqlstate = "42P01", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
}

std::string TenantFiles::tenant_of(const std::string& name) const {
  if (std::optional<std::string> tenant = tenant_of_file_name(name)) return *std::move(tenant);
  const std::string path = directory_.path_of(name);
  std::optional<std::string> tenant;
  naming_the_file(path, [&] { tenant = recorded_tenant(path); });
  if (tenant && tenant_file_name(*tenant) != name) {
    throw Error(Error::Kind::permission_denied,
                "open: the file " + path + " holds another tenant's rows; put the right file back",
                {.sqlstate = "42501", .statement = {}, .constraint = {}, .hint = {}});
  }
  return tenant ? *std::move(tenant) : std::string();
}

void TenantFiles::for_each(backend::Deadline deadline, std::string_view subject, Visitor visit) {
  for (const std::string& name : directory_.tenant_files()) {
    const std::string tenant = tenant_of(name);
    if (tenant.empty()) continue;  // made a moment ago; whoever made it is about to record its tenant
    const OpenFiles::Use use = brought_up(tenant, deadline, subject);
    if (!visit(use.engine(), directory_.path_of(name))) return;
  }
}

void TenantFiles::bring_all_up() {
  std::exception_ptr first;
  for (const std::string& name : directory_.tenant_files()) {
    std::string tenant;
    try {
      tenant = tenant_of(name);
      if (tenant.empty()) continue;
      const OpenFiles::Use use = open_.get(tenant, backend::Deadline::max(), "migrate");
      bring_up(use.engine(), directory_.path_of(name), tenant, journal_);
      if (is_behind(tenant)) note_behind(tenant, false);
    } catch (const Error&) {
      if (!first) first = std::current_exception();
      const std::scoped_lock lock(catching_up_);
      if (!tenant.empty()) note_behind(tenant, true);
    }
  }
  if (first) std::rethrow_exception(first);
}

void TenantFiles::rehearse_all(std::span<const JournalEntry> entries) {
  for_each(backend::Deadline::max(), "migrate", [entries](Engine& file, const std::string& path) {
    rehearse(file, path, entries);
    return true;
  });
}

PoolStats TenantFiles::stats() {
  PoolStats stats = schema_->pool_stats();
  return stats += open_.stats();
}

bool TenantFiles::drain(backend::Deadline deadline) noexcept {
  const bool tenants_ended = open_.drain(deadline);
  return schema_->drain(deadline) && tenants_ended;
}

void TenantFiles::close() noexcept {
  open_.close();
  schema_->close();
}

}  // namespace tenon::sqlite
