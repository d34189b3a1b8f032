#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// The one exception type of the library. It answers questions instead of multiplying types.
///
/// `what()` names the operation, what went wrong and, where there is one, the remedy. It never holds a
/// value of a tenant's data, a password or a connection string.
///
/// Thread safety: as `std::runtime_error`; copying never throws.
class TENON_API Error : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    invalid_argument,       ///< the request can never succeed as given
    not_found,              ///< no such row, file or migration
    already_exists,         ///< the key or a unique value is taken within the tenant
    conflict,               ///< the row changed since it was read (optimistic locking)
    constraint_violation,   ///< a check, foreign key or not-null constraint refused the row
    permission_denied,      ///< the tenant, role or login may not do this
    serialization_failure,  ///< run the whole transaction again
    deadlock,               ///< run the whole transaction again
    busy,                   ///< another writer held the database for too long; run it again
    timeout,                ///< a deadline passed before the answer; the statement was cancelled
    cancelled,              ///< cancelled by somebody else
    unavailable,            ///< no connection; nothing was sent, or it certainly did not commit
    outcome_unknown,        ///< the connection was lost, or the disk failed, during commit: look before you
                            ///< repeat
    read_only,              ///< the database or the transaction accepts no writes
    schema_mismatch,        ///< table, column or migration history is not what the program expects
    limit_exceeded,         ///< a size or count limit of the library or the database
    corrupt,                ///< stored data that cannot be read back
    unsupported,            ///< this backend or build cannot do it
    internal                ///< a defect of the library
  };

  /// Facts that some errors carry besides their kind. Empty where unknown.
  struct Detail {
    std::string sqlstate;   ///< five characters, PostgreSQL docs appendix A; SQLite errors are mapped to it
    std::string statement;  ///< the statement's name, for example "policies.insert"
    std::string constraint;  ///< name of the violated constraint or index, without any shard suffix
    std::string hint;        ///< the database server's own hint
    std::size_t position{};  ///< where in the SQL text that was sent: bytes, from 1; 0: unknown
    /// Stable name of some errors that `kind` does not tell apart: see migration_problem.hpp, migrator.hpp,
    /// listener.hpp; `tenant-file-behind` in docs/tenancy.md.
    std::string code{};
  };

  Error(Kind kind, const std::string& message);
  Error(Kind kind, const std::string& message, Detail detail);
  Error(const Error&) noexcept;
  Error& operator=(const Error&) noexcept;
  ~Error() override;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& sqlstate() const noexcept;
  [[nodiscard]] const Detail& detail() const noexcept;

  /// True when running the whole transaction again may succeed: serialization_failure, deadlock, busy.
  [[nodiscard]] bool retryable() const noexcept;

 private:
  Kind kind_;
  std::shared_ptr<const Detail> detail_;
};

/// The kind's name as it is spelt above, for example "already_exists". Never null.
[[nodiscard]] TENON_API std::string_view to_string(Error::Kind kind) noexcept;

}  // namespace tenon
