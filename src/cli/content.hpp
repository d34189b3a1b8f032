#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/interchange.hpp>
#include <tenon/tenant_scope.hpp>

namespace tenon::cli {

using interchange::Content;

/// "policies", "analyses", "incidents".
[[nodiscard]] std::string_view plural(Content content) noexcept;

/// "1 policy", "2 policies".
[[nodiscard]] std::string counted(Content content, std::size_t count);

/// What storing one file did.
struct Stored {
  std::size_t inserted = 0;
  std::size_t replaced = 0;
  std::vector<std::string> keys;  ///< ids, in the file's order
};

/// Reads a text as `content` and stores all of it for the scope's tenant in one transaction, or nothing.
///
/// A policy replaces the one with its id and raises its version; an analysis replaces the one with its
/// request_id, whose id it takes, or else the one with its id. Incidents are only added. Throws
/// tenon::Error; Failure for an incident that is there already.
Stored store_text(const TenantScope& scope, Content content, std::string_view text, const std::string& name,
                  const interchange::AnalysisOptions& options);

}  // namespace tenon::cli
