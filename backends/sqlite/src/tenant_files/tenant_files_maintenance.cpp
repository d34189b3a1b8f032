#include "tenant_files_maintenance.hpp"

#include <tenon/error.hpp>

namespace tenon::sqlite {
namespace {

// Every tenant's file would attach it in turn, and do to it again what the schema file did.
void refuse_attach(std::string_view sql) {
  if (!begins_with_word(sql, "attach")) return;
  throw Error(Error::Kind::unsupported,
              "ATTACH cannot be done with a file per tenant; read the other database in the program");
}

}  // namespace

void TenantFilesMaintenance::note(std::string_view sql, std::span<const std::string_view> parameters) {
  JournalEntry entry{.number = 0,
                     .within_transaction = in_transaction_,
                     .foreign_keys_off = foreign_keys_off_,
                     .sql = std::string(sql),
                     .parameters = {parameters.begin(), parameters.end()}};
  if (in_transaction_) {
    uncommitted_.push_back(std::move(entry));
  } else {
    Journal::add(*schema_, entry);
    bring_all_up();
  }
}

// What was done to the schema file stays done, whatever stands in a tenant's way.
void TenantFilesMaintenance::bring_all_up() {
  try {
    files_.bring_all_up();
  } catch (const Error& failure) {
    Error::Detail detail = failure.detail();
    detail.code = "tenant-file-behind";
    throw Error(
        failure.kind(),
        std::string("migrate: applied and recorded, but a tenant's file could not be brought up, which "
                    "is tried again before it is used: ") +
            failure.what(),
        std::move(detail));
  }
}

void TenantFilesMaintenance::execute(std::string_view sql) {
  refuse_attach(sql);
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
    // Not sooner: a ROLLBACK TO of the migration would take them back.
    for (JournalEntry& entry : uncommitted_) Journal::add(*schema_, entry);
    schema_->commit();
  } catch (...) {
    rollback();
    throw;
  }
  in_transaction_ = false;
  if (uncommitted_.empty()) return;
  uncommitted_.clear();
  bring_all_up();
}

void TenantFilesMaintenance::rollback() noexcept {
  schema_->rollback();
  in_transaction_ = false;
  uncommitted_.clear();
}

}  // namespace tenon::sqlite
