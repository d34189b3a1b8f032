#pragma once

#include <memory>
#include <vector>

#include "../maintenance.hpp"
#include "tenant_files.hpp"

namespace tenon::sqlite {

// Migrations of a directory: they run in the schema file, are written down in its journal, and are then
// done in each tenant's file. A transaction is rehearsed in each before it commits, so that rows which
// stand in its way stop it everywhere. Queries that only read see the schema file.
class TenantFilesMaintenance final : public backend::Maintenance {
 public:
  explicit TenantFilesMaintenance(TenantFiles& files) : files_(files), schema_(files.schema().alone()) {}

  void execute(std::string_view sql) override;
  std::vector<TextRow> query(std::string_view sql, std::span<const std::string_view> parameters) override;
  void reset() override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void wait_at_most(std::chrono::milliseconds longest) override { schema_->wait_at_most(longest); }
  bool try_lock(std::string_view name) override { return schema_->try_lock(name); }
  void unlock(std::string_view name) noexcept override { schema_->unlock(name); }
  bool holds_lock(std::string_view name) override { return schema_->holds_lock(name); }

 private:
  void note(std::string_view sql, std::span<const std::string_view> parameters);
  void bring_all_up();

  TenantFiles& files_;
  std::unique_ptr<sqlite::Maintenance> schema_;
  bool in_transaction_ = false;
  bool foreign_keys_off_ = false;
  std::vector<JournalEntry> uncommitted_;
};

}  // namespace tenon::sqlite
