#include <tenon/backend/probe.hpp>

namespace tenon::backend {

Probe::~Probe() = default;

}  // namespace tenon::backend
