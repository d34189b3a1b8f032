#include "tenant_context.hpp"

#include <tenon/error.hpp>

namespace hosting {
namespace {

using tenon::Error;

void require_administrator(const Principal& who) {
  if (who.role != UserRole::administrator)
    throw Error(Error::Kind::permission_denied, who.email + " is no administrator");
}

}  // namespace

Principal acting_for(const Principal& administrator, std::int64_t customer_id) {
  require_administrator(administrator);
  return {customer_id, UserRole::customer, administrator.email};
}

tenon::TenantScope tenant_scope(const tenon::Database& database, const Principal& who) {
  if (who.role == UserRole::administrator)
    throw Error(Error::Kind::permission_denied,
                who.email + " is an administrator: sign in as a customer's user");
  const tenon::Role role = who.role == UserRole::viewer ? tenon::Role::read_only : tenon::Role::customer;
  return database.scope(tenon::TenantContext(std::to_string(who.customer_id), role, who.email));
}

tenon::AdministratorScope administrator_scope(const tenon::Database& database, const Principal& who) {
  require_administrator(who);
  return database.administrator(who.email);
}

}  // namespace hosting
