#include "delivery.hpp"

namespace tenon::postgres {

[[gnu::hot]] void Delivery::all(const PGresult* result) {
  if (call_.statement.columns.empty()) return;
  reader_.describe(result);
  const int count = PQntuples(result);
  for (int row = 0; row < count; ++row) {
    ++rows_;
    if (!call_.rows(reader_.read(result, row))) return;
  }
}

bool Delivery::one(const PGresult* result) noexcept {
  try {
    ++rows_;
    if (call_.statement.columns.empty()) return true;
    if (!described_) reader_.describe(result);
    described_ = true;
    return call_.rows(reader_.read(result, 0));
  } catch (...) {
    failure_ = std::current_exception();
    return false;
  }
}

[[gnu::hot]] void Delivery::finish() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace tenon::postgres
