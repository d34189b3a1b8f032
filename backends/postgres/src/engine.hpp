#pragma once

#include <memory>
#include <span>
#include <string>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>

#include "context.hpp"
#include "delivery.hpp"
#include "dialect.hpp"
#include "flight.hpp"

namespace tenon::postgres {

/// One PostgreSQL database. Thread-safe.
class PostgresEngine final : public backend::Engine {
 public:
  /// Connects once, so that a database that cannot be reached is found out here.
  explicit PostgresEngine(const Config& config);
  ~PostgresEngine() override;

  [[nodiscard]] const backend::Dialect& dialect() const noexcept override { return dialect_; }
  [[nodiscard]] std::string version() override;
  std::uint64_t execute(const backend::Principal& principal, const backend::Call& call) override;
  std::uint64_t insert(const backend::Principal& principal, const backend::BatchInsert& batch) override;
  std::unique_ptr<backend::Session> begin(const backend::Principal& principal,
                                          const backend::TransactionOptions& options) override;
  std::unique_ptr<backend::Maintenance> maintenance() override;
  [[nodiscard]] std::unique_ptr<backend::Probe> probe(backend::Deadline deadline) override;
  [[nodiscard]] std::vector<Finding> inspect() override;
  [[nodiscard]] std::span<const EmbeddedMigration> bundled_migrations() const noexcept override;
  [[nodiscard]] PoolStats pool_stats() override { return context_->pool_stats(); }
  [[nodiscard]] std::unique_ptr<backend::Subscription> listen(std::vector<std::string> channels,
                                                              backend::Subscriber subscriber) override;
  [[nodiscard]] backend::BackupForm backup_form() const override;
  void write_backup(const std::string& path, const BackupOptions& options,
                    backend::Deadline deadline) override;
  bool drain(backend::Deadline deadline) noexcept override;
  void close() noexcept override;

 private:
  [[nodiscard]] Landing fly(Connection& connection, const backend::Principal& principal,
                            const backend::Call& call, Delivery& delivery) const;
  [[nodiscard]] std::uint64_t execute_returning(const backend::Principal& principal,
                                                const backend::Call& call);
  [[nodiscard]] std::uint64_t copy(const backend::Principal& principal, const backend::BatchInsert& batch);

  std::shared_ptr<Context> context_;
  PostgresDialect dialect_;
};

}  // namespace tenon::postgres
