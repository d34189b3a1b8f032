#include "tenant_files_maintenance.hpp"

namespace tenon::sqlite {

void TenantFilesMaintenance::note(std::string_view sql, std::span<const std::string_view> parameters) {
  // The history's table may be made within a transaction as well: one fewer for each new file.
  const bool harmless = sql == files_.schema().dialect().create_schema_history();
  JournalEntry entry{.number = 0,
                     .within_transaction = in_transaction_ || harmless,
                     .foreign_keys_off = foreign_keys_off_,
                     .sql = std::string(sql),
                     .parameters = {parameters.begin(), parameters.end()}};
  Journal::add(*schema_, entry);
  if (in_transaction_) {
    uncommitted_.push_back(std::move(entry));
  } else {
    files_.bring_all_up();
  }
}

void TenantFilesMaintenance::execute(std::string_view sql) {
  schema_->execute(sql);
  if (sql == foreign_key_check) return;  // its rows were for nobody
  const bool off = !schema_->enforces_foreign_keys();
  if (off == foreign_keys_off_) return note(sql, {});
  foreign_keys_off_ = off;  // of this session, not of the schema: what follows is noted with it
}

void TenantFilesMaintenance::reset() {
  schema_->reset();
  foreign_keys_off_ = false;
}

std::vector<backend::Maintenance::TextRow> TenantFilesMaintenance::query(
    std::string_view sql, std::span<const std::string_view> parameters) {
  std::vector<TextRow> rows = schema_->query(sql, parameters);
  if (!schema_->query_only_read() || sql == foreign_key_check) note(sql, parameters);
  return rows;
}

void TenantFilesMaintenance::begin() {
  schema_->begin();
  in_transaction_ = true;
}

void TenantFilesMaintenance::commit() {
  try {
    if (!uncommitted_.empty()) files_.rehearse_all(uncommitted_);
    schema_->commit();
  } catch (...) {
    rollback();
    throw;
  }
  in_transaction_ = false;
  if (uncommitted_.empty()) return;
  uncommitted_.clear();
  files_.bring_all_up();
}

void TenantFilesMaintenance::rollback() noexcept {
  schema_->rollback();
  in_transaction_ = false;
  uncommitted_.clear();
}

}  // namespace tenon::sqlite
