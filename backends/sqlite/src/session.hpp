#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <tenon/backend/session.hpp>
#include <tenon/detail/fork.hpp>

#include "reader_pool.hpp"
#include "writer.hpp"

namespace tenon::sqlite {

// A transaction: on the writer with the write lock from the start, so that it can never fail half way
// because another took the lock, or on a reader with a snapshot.
class Session final : public backend::Session {
 public:
  using Lease = std::variant<Writer::Lease, ReaderPool::SharedLease>;

  // Throws Error when the transaction cannot begin.
  // `open` is held for as long as the transaction is.
  Session(Lease lease, const backend::Principal& principal, const backend::TransactionOptions& options,
          std::shared_ptr<const bool> open);
  ~Session() override;

  std::uint64_t execute(const backend::Call& call) override;
  std::uint64_t insert(const backend::BatchInsert& batch) override;
  void savepoint(unsigned depth) override;
  void release(unsigned depth) override;
  void rollback_to(unsigned depth) override;
  void commit() override;
  void rollback() noexcept override;

 private:
  [[nodiscard]] Connection& open_connection(std::string_view subject);
  // Refuses a transaction whose time is over, too.
  [[nodiscard]] Connection& open_in_time(std::string_view subject);
  [[nodiscard]] backend::Deadline sooner(backend::Deadline deadline) const noexcept;
  void refuse_write(const backend::Statement& statement) const;
  // Runs `work`; remembers what undid the transaction, if it did.
  template <class Work>
  std::uint64_t guarded(Work&& work);
  static void undo(Connection& connection) noexcept;
  // Runs `work`, all or nothing, also when the host goes on after the error.
  template <class Work>
  std::uint64_t within_savepoint(Connection& connection, Work&& work);

  std::shared_ptr<const bool> open_;
  std::optional<Lease> lease_;
  Connection* connection_;
  std::string tenant_;  // of raw calls
  Role role_;
  bool may_write_;
  backend::Deadline deadline_;
  std::optional<Error> undone_by_;
  // Of a statement that SQLite may have left half done: only what undoes it may follow.
  std::optional<Error> half_done_by_;
  std::uint32_t forks_ = tenon::detail::fork_count();
};

// Throws Error (unavailable).
[[noreturn]] void refuse_in_child();
// Throws Error (permission_denied) unless the role may write.
void require_writing_role(const backend::Principal& principal, std::string_view subject);
// Throws Error (permission_denied) when the call is raw and the role is administrator, which has no tenant.
void require_tenant_of_raw(Role role, const backend::Call& call);

}  // namespace tenon::sqlite
