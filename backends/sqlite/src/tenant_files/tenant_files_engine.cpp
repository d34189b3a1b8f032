#include "tenant_files_engine.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <system_error>

#include "../backup.hpp"
#include "../inspect.hpp"
#include "../session.hpp"
#include "file_name.hpp"
#include "gather.hpp"
#include "tenant_file.hpp"
#include "tenant_files_maintenance.hpp"

namespace tenon::sqlite {

std::span<const EmbeddedMigration> bundled_migrations();

namespace {

using backend::Access;

// Keeps the tenant's file open for as long as its transaction.
class FileSession final : public backend::Session {
 public:
  FileSession(OpenFiles::Use use, std::unique_ptr<backend::Session> session) noexcept
      : use_(std::move(use)), session_(std::move(session)) {}

  std::uint64_t execute(const backend::Call& call) override { return session_->execute(call); }
  std::uint64_t insert(const backend::BatchInsert& batch) override { return session_->insert(batch); }
  void savepoint(unsigned depth) override { session_->savepoint(depth); }
  void release(unsigned depth) override { session_->release(depth); }
  void rollback_to(unsigned depth) override { session_->rollback_to(depth); }
  void commit() override { session_->commit(); }
  void rollback() noexcept override { session_->rollback(); }

 private:
  OpenFiles::Use use_;
  std::unique_ptr<backend::Session> session_;  // ends first
};

// Looks at the schema file, which knows the migrations, and weighs all files.
class DirectoryProbe final : public backend::Probe {
 public:
  DirectoryProbe(const Directory& directory, std::unique_ptr<backend::Probe> schema)
      : directory_(directory), schema_(std::move(schema)) {}

  void ping(backend::Deadline deadline) override { schema_->ping(deadline); }
  [[nodiscard]] backend::Vitals vitals(backend::Deadline deadline) override {
    backend::Vitals vitals = schema_->vitals(deadline);
    for (const std::string& name : directory_.tenant_files()) {
      add_size(directory_.path_of(name), vitals.database_bytes);
      add_size(directory_.path_of(name) + "-wal", vitals.wal_bytes);
    }
    return vitals;
  }
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> query(
      std::string_view sql, std::span<const std::string_view> parameters,
      backend::Deadline deadline) override {
    return schema_->query(sql, parameters, deadline);
  }

 private:
  static void add_size(const std::string& path, std::optional<std::int64_t>& sum) {
    std::error_code none;
    const std::uintmax_t size = std::filesystem::file_size(path, none);
    if (!none) sum = sum.value_or(0) + static_cast<std::int64_t>(size);
  }

  const Directory& directory_;
  std::unique_ptr<backend::Probe> schema_;
};

void add_owner_finding(const std::string& name, const std::string& path, std::vector<Finding>& findings) {
  try {
    const std::optional<std::string> tenant = recorded_tenant(path);
    if (!tenant || tenant_file_name(*tenant) == name) return;
    findings.push_back({FindingSeverity::error, "file-of-another-tenant", path,
                        "the file says that it is another tenant's than its name, so that it is refused",
                        "put the tenant's own file back"});
  } catch (const Error& failure) {
    findings.push_back({FindingSeverity::warning, "file-fails", path, failure.what(),
                        "restore the file from a backup, together with " + std::string(schema_file_name)});
  }
}

}  // namespace

void TenantFilesEngine::refuse_after_fork() const {
  if (forks_ != tenon::detail::fork_count()) refuse_in_child();
}

PoolStats TenantFilesEngine::pool_stats() {
  return forks_ == tenon::detail::fork_count() ? files_.stats() : PoolStats{};
}

backend::BackupForm TenantFilesEngine::backup_form() const {
  std::error_code ignored;
  const std::filesystem::path path = std::filesystem::absolute(files_.directory().path() / "", ignored);
  return {path.lexically_normal().parent_path().filename().string(), ".tenants"};
}

// The schema file last, so that no tenant's file in the backup is ahead of it.
void TenantFilesEngine::write_backup(const std::string& path, const BackupOptions& options,
                                     backend::Deadline deadline) {
  refuse_after_fork();
  files_.require_schema(backup_subject);
  const Directory copies(path);
  files_.for_each(deadline, backup_subject, [&](Engine& file, const std::string& from) {
    const std::string name = std::filesystem::path(from).filename().string();
    file.write_backup(copies.path_of(name), options, deadline);
    return true;
  });
  files_.schema().write_backup(copies.path_of(schema_file_name), options, deadline);
}

std::uint64_t TenantFilesEngine::execute(const backend::Principal& principal, const backend::Call& call) {
  refuse_after_fork();
  require_tenant_of_raw(principal.role, call);
  const std::string_view subject = call.statement.name;
  if (call.statement.access == Access::write) {
    require_writing_role(principal, subject);
    return files_.made(principal.tenant, call.deadline, subject).engine().execute(principal, call);
  }
  if (principal.role == Role::administrator) return gather(files_, principal, call);
  const OpenFiles::Use use = files_.existing(principal.tenant, call.deadline, subject);
  return (use ? use.engine() : files_.schema()).execute(principal, call);
}

std::uint64_t TenantFilesEngine::insert(const backend::Principal& principal,
                                        const backend::BatchInsert& batch) {
  refuse_after_fork();
  require_writing_role(principal, batch.row.name);
  const OpenFiles::Use use = files_.made(principal.tenant, batch.deadline, batch.row.name);
  return use.engine().insert(principal, batch);
}

std::unique_ptr<backend::Session> TenantFilesEngine::begin(const backend::Principal& principal,
                                                           const backend::TransactionOptions& options) {
  refuse_after_fork();
  if (principal.role == Role::administrator) {
    throw Error(Error::Kind::unsupported,
                "begin: with one file per tenant there is no transaction across tenants; read without one",
                {.sqlstate = "0A000", .statement = {}, .constraint = {}, .hint = {}});
  }
  OpenFiles::Use use;
  if (options.access == Access::write) {
    require_writing_role(principal, "begin");
    use = files_.made(principal.tenant, options.deadline, "begin");
  } else {
    use = files_.existing(principal.tenant, options.deadline, "begin");
    if (!use) return files_.schema().begin(principal, options);
  }
  std::unique_ptr<backend::Session> session = use.engine().begin(principal, options);
  return std::make_unique<FileSession>(std::move(use), std::move(session));
}

std::unique_ptr<backend::Maintenance> TenantFilesEngine::maintenance() {
  return std::make_unique<TenantFilesMaintenance>(files_);
}

std::unique_ptr<backend::Probe> TenantFilesEngine::probe(backend::Deadline deadline) {
  return std::make_unique<DirectoryProbe>(files_.directory(), files_.schema().probe(deadline));
}

std::vector<Finding> TenantFilesEngine::inspect() {
  std::vector<Finding> findings = files_.schema().inspect();
  for (const std::string& name : files_.directory().tenant_files()) {
    const std::string path = files_.directory().path_of(name);
    add_file_findings(path, findings);
    add_owner_finding(name, path, findings);
  }
  errors_first(findings);
  return findings;
}

std::span<const EmbeddedMigration> TenantFilesEngine::bundled_migrations() const noexcept {
  return sqlite::bundled_migrations();
}

}  // namespace tenon::sqlite
