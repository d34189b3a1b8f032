#include "store_analysis.hpp"

#include <tenon/analysis_store.hpp>
#include <tenon/error.hpp>

namespace common {

void store_analysis(tenon::Transaction& transaction, tenon::Analysis analysis) {
  const tenon::AnalysisStore analyses{transaction};
  if (const auto known = analyses.get_by_request(analysis.request_id)) {
    analysis.id = known->id;
    analyses.update(analysis);
  } else {
    analyses.insert(analysis);
  }
}

void store_analyses(const tenon::TenantScope& scope, std::span<const tenon::Analysis> analyses) {
  const auto store = [&] {
    scope.transact([&](tenon::Transaction& transaction) {
      for (const tenon::Analysis& analysis : analyses) store_analysis(transaction, analysis);
    });
  };
  try {
    store();
  } catch (const tenon::Error& error) {
    if (error.kind() != tenon::Error::Kind::already_exists) throw;
    store();  // somebody inserted the request after it was looked for; now it is found
  }
}

}  // namespace common
