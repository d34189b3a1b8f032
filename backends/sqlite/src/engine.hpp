#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/detail/fork.hpp>

#include "dialect.hpp"
#include "probe.hpp"
#include "reader_pool.hpp"
#include "url.hpp"
#include "writer.hpp"

namespace tenon::sqlite {

class Maintenance;

// One opened database. Writes go through the file's one writer, reads through a pool of readers; a database
// in memory belongs to one connection, so its reads go through the writer too.
//
// Thread safety: all members may be called from any thread.
class Engine final : public backend::Engine {
 public:
  Engine(const Location& location, const Config& config);
  ~Engine() override;

  [[nodiscard]] const backend::Dialect& dialect() const noexcept override { return dialect_; }
  [[nodiscard]] std::string version() override;
  std::uint64_t execute(const backend::Principal& principal, const backend::Call& call) override;
  std::uint64_t insert(const backend::Principal& principal, const backend::BatchInsert& batch) override;
  std::unique_ptr<backend::Session> begin(const backend::Principal& principal,
                                          const backend::TransactionOptions& options) override;
  std::unique_ptr<backend::Maintenance> maintenance() override;
  [[nodiscard]] std::unique_ptr<backend::Probe> probe(backend::Deadline deadline) override;
  // As maintenance().
  [[nodiscard]] std::unique_ptr<Maintenance> alone();
  [[nodiscard]] std::vector<Finding> inspect() override;
  [[nodiscard]] std::span<const EmbeddedMigration> bundled_migrations() const noexcept override;
  [[nodiscard]] PoolStats pool_stats() override;
  [[nodiscard]] backend::BackupForm backup_form() const override;
  void write_backup(const std::string& path, const BackupOptions& options,
                    backend::Deadline deadline) override;
  bool drain(backend::Deadline deadline) noexcept override;
  void close() noexcept override;

 private:
  // A call that is under way, but a reading one; close() waits for them.
  class Visit;
  static constexpr std::int64_t closed_mark = std::int64_t{1} << 62;

  void refuse_after_fork() const;
  [[nodiscard]] PoolStats stats_locked() const;
  void let_go_of_writer() noexcept;
  [[nodiscard]] WriterQueue::Patience patience(backend::Deadline deadline,
                                               std::string_view subject) const noexcept;

  const std::uint32_t forks_ = tenon::detail::fork_count();
  Dialect dialect_;
  ConnectionOptions reading_;                // how a reading connection is opened
  std::string path_;                         // empty for a database in memory
  std::vector<std::string> tenant_columns_;  // as the guard knows them
  std::chrono::milliseconds acquire_timeout_;
  std::shared_ptr<Writer> writer_;
  std::shared_ptr<ReaderPool> readers_;  // null for a database in memory; stays when it is closed
  std::shared_ptr<const bool> open_ = std::make_shared<const bool>(true);  // sessions hold it too
  std::atomic<std::int64_t> visits_{0};  // calls under way, and closed_mark once closed
  std::mutex leaving_;                   // for whoever comes when the writer may be gone
  PoolStats counted_;                    // when it was gone
};

}  // namespace tenon::sqlite
