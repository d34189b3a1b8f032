#include "tenant_column.hpp"

#include <algorithm>

#include "schema_query.hpp"

namespace tenon::sqlite {
namespace {

// By affinity: https://sqlite.org/datatype3.html, 3.1.
TenantColumn::Kind kind_of(std::string_view type) {
  if (type.find("INT") != std::string_view::npos) return TenantColumn::Kind::integer;
  return is_text_type(type) ? TenantColumn::Kind::text : TenantColumn::Kind::other;
}

}  // namespace

void TenantColumn::offer(const std::string& column, std::string_view type,
                         std::span<const std::string> known) {
  const auto found = std::ranges::find(known, lower_name(column));
  if (found == known.end()) return;
  const TenantColumn offered{column, kind_of(type), static_cast<std::size_t>(found - known.begin())};
  const bool better = offered.usable() != usable() ? offered.usable() : offered.rank < rank;
  if (kind == Kind::none || better) *this = offered;
}

}  // namespace tenon::sqlite
