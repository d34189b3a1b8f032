#pragma once

#include <tenon/backend/maintenance.hpp>

#include "writer.hpp"

namespace tenon::sqlite {

// The writer connection, held alone, without the restrictions of the data path. While it lives every write
// of the process waits.
//
// Locks by name are always granted: in this process whoever has the writer excludes all others, and between
// processes begin() takes SQLite's write lock, which covers check and change of a migration alike.
class Maintenance final : public backend::Maintenance {
 public:
  explicit Maintenance(Writer::Lease lease) : lease_(std::move(lease)), privilege_(lease_.connection()) {}

  void execute(std::string_view sql) override;
  std::vector<TextRow> query(std::string_view sql, std::span<const std::string_view> parameters) override;
  void reset() override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void wait_at_most(std::chrono::milliseconds longest) override {
    lease_.connection().wait_at_most(longest);
  }
  bool try_lock(std::string_view name) override;
  void unlock(std::string_view name) noexcept override;
  bool holds_lock(std::string_view name) override;
  // Whether the last query() could not have changed the database.
  [[nodiscard]] bool query_only_read() const noexcept { return query_only_read_; }
  [[nodiscard]] bool enforces_foreign_keys() const noexcept;

 private:
  Writer::Lease lease_;
  Connection::Privilege privilege_;
  bool query_only_read_ = true;
};

// One statement with text parameters, as text; `only_read` is told whether it could not have changed the
// database. Throws Error, whose message begins with `subject`.
[[nodiscard]] std::vector<backend::Maintenance::TextRow> query_texts(
    Connection& connection, std::string_view sql, std::span<const std::string_view> parameters,
    std::string_view subject, bool* only_read = nullptr);

}  // namespace tenon::sqlite
