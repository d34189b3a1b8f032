#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tenon/administrator_scope.hpp>
#include <tenon/database.hpp>
#include <tenon/tenant_scope.hpp>

#include "entities/user.hpp"

namespace hosting {

/// Who is signed in, and for which customer they work.
struct Principal {
  std::int64_t customer_id = 0;
  UserRole role = UserRole::viewer;
  std::string email;
};

/// An administrator as one who works for a customer; the database is told who it really is. Throws
/// tenon::Error (permission_denied) for anybody else.
[[nodiscard]] Principal acting_for(const Principal& administrator, std::int64_t customer_id);

/// Throws tenon::Error (permission_denied) for an administrator, who has no rows of their own.
[[nodiscard]] tenon::TenantScope tenant_scope(const tenon::Database& database, const Principal& who);
/// Throws tenon::Error (permission_denied) for anybody but an administrator.
[[nodiscard]] tenon::AdministratorScope administrator_scope(const tenon::Database& database,
                                                            const Principal& who);

/// Runs `work(tenon::Transaction&)` with the rows and the rights of one customer's user, commits when it
/// returns, and passes its result on. A viewer's transaction only reads. May run `work` several times, as
/// tenon::TenantScope::transact does.
template <class Work>
auto with_tenant_context(const tenon::Database& database, const Principal& who, Work&& work) {
  using tenon::backend::Access;
  return tenant_scope(database, who)
      .transact(std::forward<Work>(work),
                {.access = who.role == UserRole::viewer ? Access::read : Access::write});
}

/// Runs `work(tenon::AdministratorScope)`, which reads the rows of all customers.
template <class Work>
auto with_administrator_context(const tenon::Database& database, const Principal& who, Work&& work) {
  return std::forward<Work>(work)(administrator_scope(database, who));
}

}  // namespace hosting
