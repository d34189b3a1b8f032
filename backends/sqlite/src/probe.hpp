#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/probe.hpp>

#include "connection.hpp"
#include "writer.hpp"

namespace tenon::sqlite {

// Looks at a database file through a reading connection of its own, which never checkpoints; at a database
// in memory through its one connection, whose turn it waits for.
class Probe final : public backend::Probe {
 public:
  // `options.identity`: what the path led to when the database was opened. Throws Error.
  Probe(std::shared_ptr<Writer> writer, ConnectionOptions options, backend::Deadline deadline);
  explicit Probe(std::shared_ptr<Writer> writer) : writer_(std::move(writer)) {}

  void ping(backend::Deadline deadline) override;
  [[nodiscard]] backend::Vitals vitals(backend::Deadline deadline) override;
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> query(
      std::string_view sql, std::span<const std::string_view> parameters,
      backend::Deadline deadline) override;

 private:
  template <class Work>
  auto on_connection(backend::Deadline deadline, Work&& work);

  void require_in_place() const;

  std::string path_;
  std::optional<FileIdentity> file_;
  std::shared_ptr<Writer> writer_;          // closes last and brings the whole log into the file
  std::unique_ptr<Connection> connection_;  // null for a database in memory
};

// True for versions in which two connections can corrupt a write-ahead log when one checkpoints while the
// other resets it: 3.7.0 to 3.51.2 but for 3.50.7 and its successors
// (https://sqlite.org/wal.html#walresetbug). `version` as sqlite3_libversion_number() gives it.
[[nodiscard]] constexpr bool has_wal_reset_bug(int version) noexcept {
  return version >= 3'007'000 && version <= 3'051'002 && !(version >= 3'050'007 && version < 3'051'000);
}

}  // namespace tenon::sqlite
