#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/probe.hpp>
#include <tenon/error.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// Looks at a database over a connection of its own, with the login's own rights, outside any transaction.
///
/// Thread safety: none.
class Probe final : public backend::Probe {
 public:
  /// `subject` begins the messages.
  explicit Probe(ConnectionHandle connection, std::string subject = "health");

  void ping(backend::Deadline deadline) override;
  [[nodiscard]] backend::Vitals vitals(backend::Deadline deadline) override;
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> query(
      std::string_view sql, std::span<const std::string_view> parameters,
      backend::Deadline deadline) override;

 private:
  [[nodiscard]] ResultHandle receive(backend::Deadline deadline);
  [[nodiscard]] PGconn* raw() const noexcept { return connection_.get(); }

  [[nodiscard]] Error lost() const;

  ConnectionHandle connection_;
  std::string subject_;
};

}  // namespace tenon::postgres
