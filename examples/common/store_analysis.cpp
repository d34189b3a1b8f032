#include "store_analysis.hpp"

#include <tenon/analysis_store.hpp>

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

}  // namespace common
