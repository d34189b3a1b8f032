#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/error.hpp>
#include <tenon/export.hpp>
#include <tenon/tenant_scope.hpp>

namespace tenon {

/// Hears what TenantScope::notify and Transaction::notify of the same tenant say on the same channels, in
/// any process (PostgreSQL's LISTEN and NOTIFY).
///
/// It has a connection of its own beside the pool, which it renews when it is lost, and a thread of its own
/// on which the handlers are called, one at a time. A notification is a hint to look, not a record: what is
/// said while the connection is lost is gone, and `missed` tells that. So begin to listen, then read the
/// state once, and read it again after `missed`.
///
/// Channels belong to tenants: the server's channel is named by a hash of tenant and name, so that two
/// tenants' channels of one name are apart, and raw SQL under a tenant cannot notify. But PostgreSQL checks
/// no rights here: whoever has a login of the database and knows tenant and name can listen and notify. Put
/// ids into a payload, not data, and do not take its word for anything.
///
/// LISTEN belongs to a server session, so it is refused behind a pooler in transaction mode: give such a
/// listener a Database whose URL names the server.
///
/// Thread safety: construct and destroy it from any thread; the destructor waits for a handler that is
/// running, unless it is called by it, and no more than about a second for a connect that hangs. It keeps
/// the database open; after Database::close() it hears nothing.
class TENON_API Listener {
 public:
  struct Handlers {
    std::function<void(std::string_view channel, std::string_view payload)> notified;
    std::function<void()> missed{};                  ///< listening again after a loss
    std::function<void(const Error& error)> lost{};  ///< the connection, or an attempt to renew it
  };

  /// Returns once it listens. Throws `Error`: invalid_argument for no channel, an empty or over-long name
  /// or no `notified`; unavailable when the server cannot be reached; unsupported on a backend that cannot
  /// notify (SQLite), and, with code "transaction-pooler", behind a pooler that would lose the session.
  /// Complexity: a connect and two round trips; behind a pooler up to eight more connects.
  Listener(const TenantScope& scope, const std::vector<std::string>& channels, Handlers handlers);
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenon
