#pragma once

#include <functional>
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
  /// `is_current`: whether the pool still holds to what was connected to at that time.
  Probe(ConnectionHandle connection, std::function<bool()> is_current);

  /// Throws `Error` (unavailable), too, when a new connection might lead to another server: the pool has
  /// gone over to one, or this one's role is no longer what target_session_attrs asks for.
  void ping(backend::Deadline deadline) override;
  [[nodiscard]] backend::Vitals vitals(backend::Deadline deadline) override;
  /// What is not answered in time is cancelled on the server, where it may wait for a lock.
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> query(
      std::string_view sql, std::span<const std::string_view> parameters,
      backend::Deadline deadline) override;

 private:
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> ask(std::string_view sql,
                                                               std::span<const std::string_view> parameters,
                                                               backend::Deadline deadline);
  [[nodiscard]] ResultHandle receive(backend::Deadline deadline);
  [[nodiscard]] PGconn* raw() const noexcept { return connection_.get(); }

  [[nodiscard]] Error lost() const;

  ConnectionHandle connection_;
  std::string subject_;
  std::function<bool()> is_current_ = [] { return true; };
};

}  // namespace tenon::postgres
