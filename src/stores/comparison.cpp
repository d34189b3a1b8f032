#include <tenon/analysis.hpp>
#include <tenon/cache_metadata.hpp>
#include <tenon/incident.hpp>
#include <tenon/policy.hpp>

// Here, for a default within the struct costs every host's translation unit.

namespace tenon {

bool operator==(const Analysis& a, const Analysis& b) = default;
bool operator==(const CacheMetadata& a, const CacheMetadata& b) = default;
bool operator==(const Incident& a, const Incident& b) = default;
bool operator==(const Policy& a, const Policy& b) = default;

}  // namespace tenon
