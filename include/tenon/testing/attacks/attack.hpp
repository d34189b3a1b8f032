#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::testing {

/// What an attack needs of the table on which it is tried; without it it is left out.
enum class Needs : std::uint8_t {
  nothing,
  keys_per_tenant,  ///< two tenants may have rows of one key
  text_tenants,     ///< the tenant column is text
  number_tenants,   ///< the tenant column is an integer
  killing           ///< Backend::kill_connections ends them
};

/// One thing that a tenant's SQL may try, and what must come of it. Whatever that is, no row and no error
/// may show what is the victim's, nothing that is not the attacker's may have changed, and both tenants
/// must be served as before.
///
/// `sql` and `outcome` have words in braces, for which the table's names, the two tenants and their keys
/// are put in: see tenon/testing/attacks/wording.hpp.
struct SqlAttack {
  std::string_view name;
  std::string_view
      columns;  ///< of its result: t text, i integer, r real; * the table's; empty: it has none
  std::string_view sql;
  /// - "refused": permission_denied, invalid_argument, schema_mismatch or unsupported
  /// - "denied": permission_denied, before anything is sent: a transaction goes on
  /// - "rows N": so many rows, or rows changed
  /// - "value X": one row whose first column is X
  /// - "any": what the attacker gets does not matter as long as it is nothing of the victim's
  std::string_view outcome;
  Needs needs = Needs::nothing;
};

}  // namespace tenon::testing
