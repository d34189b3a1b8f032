#pragma once

#include <cstdint>
#include <memory>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/detail/fork.hpp>

#include "../dialect.hpp"
#include "tenant_files.hpp"

namespace tenon::sqlite {

// A directory with one database file for each tenant: an Engine for each file in use, and this one that
// finds the right one. A tenant has a file from its first write on; until then the schema file, which has
// no rows, answers its reads.
//
// Thread safety: all members may be called from any thread.
class TenantFilesEngine final : public backend::Engine {
 public:
  TenantFilesEngine(const Location& location, const Config& config) : files_(location.path, config) {}

  [[nodiscard]] const backend::Dialect& dialect() const noexcept override { return dialect_; }
  [[nodiscard]] std::string version() override { return files_.schema().version(); }
  std::uint64_t execute(const backend::Principal& principal, const backend::Call& call) override;
  std::uint64_t insert(const backend::Principal& principal, const backend::BatchInsert& batch) override;
  std::unique_ptr<backend::Session> begin(const backend::Principal& principal,
                                          const backend::TransactionOptions& options) override;
  std::unique_ptr<backend::Maintenance> maintenance() override;
  [[nodiscard]] std::unique_ptr<backend::Probe> probe(backend::Deadline deadline) override;
  [[nodiscard]] std::vector<Finding> inspect() override;
  [[nodiscard]] std::span<const EmbeddedMigration> bundled_migrations() const noexcept override;
  [[nodiscard]] PoolStats pool_stats() override;
  [[nodiscard]] backend::BackupForm backup_form() const override;
  void write_backup(const std::string& path, const BackupOptions& options,
                    backend::Deadline deadline) override;
  bool drain(backend::Deadline deadline) noexcept override { return files_.drain(deadline); }
  void close() noexcept override { files_.close(); }

 private:
  // Before any lock is taken: in a forked child it may be held for ever.
  void refuse_after_fork() const;

  const std::uint32_t forks_ = tenon::detail::fork_count();
  Dialect dialect_;
  TenantFiles files_;
};

}  // namespace tenon::sqlite
