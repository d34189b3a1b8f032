#pragma once

#include <tenon/analysis.hpp>
#include <tenon/transaction.hpp>

namespace common {

/// Stores an analysis in place of the one of the same request, if there is one, so that a request may come
/// again.
void store_analysis(tenon::Transaction& transaction, tenon::Analysis analysis);

}  // namespace common
