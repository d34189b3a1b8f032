#pragma once

#include <span>
#include <vector>

#include <tenon/testing/attacks/pages.hpp>
#include <tenon/testing/attacks/postgres_rows.hpp>
#include <tenon/testing/attacks/postgres_settings.hpp>
#include <tenon/testing/attacks/postgres_statements.hpp>
#include <tenon/testing/attacks/rows.hpp>
#include <tenon/testing/attacks/scopes.hpp>
#include <tenon/testing/attacks/sharing.hpp>
#include <tenon/testing/attacks/sqlite_reads.hpp>
#include <tenon/testing/attacks/sqlite_statements.hpp>
#include <tenon/testing/attacks/sqlite_writes.hpp>
#include <tenon/testing/attacks/tenant_ids.hpp>

namespace tenon::testing {

/// What a tenant's SQL may try on a database of this flavour.
inline std::vector<SqlAttack> sql_attacks(backend::Flavour flavour) {
  std::vector<SqlAttack> attacks;
  const auto add = [&attacks](std::span<const SqlAttack> more) {
    attacks.insert(attacks.end(), more.begin(), more.end());
  };
  if (flavour == backend::Flavour::postgres) {
    add(postgres_rows);
    add(postgres_settings);
    add(postgres_statements);
  } else {
    add(sqlite_reads);
    add(sqlite_statements);
    add(sqlite_writes);
  }
  return attacks;
}

/// What a program may try through the public interface.
template <class T>
std::vector<ApiAttack<T>> api_attacks() {
  std::vector<ApiAttack<T>> attacks;
  const auto add = [&attacks](std::span<const ApiAttack<T>> more) {
    attacks.insert(attacks.end(), more.begin(), more.end());
  };
  add(detail::TenantIdAttacks<T>::list);
  add(detail::RowAttacks<T>::list);
  add(detail::PageAttacks<T>::list);
  add(detail::ScopeAttacks<T>::list);
  add(detail::SharingAttacks<T>::list);
  return attacks;
}

}  // namespace tenon::testing
