#pragma once

#include <span>

#include <tenon/analysis.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

namespace common {

/// Stores an analysis in place of the one of the same request, if there is one, so that a request may come
/// again.
void store_analysis(tenon::Transaction& transaction, tenon::Analysis analysis);

/// The same for several, all or none in a transaction of its own. Of two that store the same new request at
/// once, the second replaces what the first stored.
void store_analyses(const tenon::TenantScope& scope, std::span<const tenon::Analysis> analyses);

}  // namespace common
