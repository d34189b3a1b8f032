#include <tenon/pool.hpp>

namespace tenon {

std::string_view to_string(Eviction reason) noexcept {
  switch (reason) {
    case Eviction::broken:
      return "broken";
    case Eviction::expired:
      return "expired";
    case Eviction::idle:
      return "idle";
    case Eviction::overflow:
      return "overflow";
    case Eviction::unanswered:
      return "unanswered";
    case Eviction::outdated:
      return "outdated";
    case Eviction::closed:
      break;
  }
  return "closed";
}

PoolStats PoolStats::counters() const {
  PoolStats counted = *this;
  for (const auto number : {&PoolStats::size, &PoolStats::capacity, &PoolStats::total, &PoolStats::active,
                            &PoolStats::idle, &PoolStats::connecting, &PoolStats::waiting})
    counted.*number = 0;
  counted.outage = false;
  counted.last_connect_error.clear();
  return counted;
}

PoolStats& PoolStats::operator+=(const PoolStats& other) {
  for (const auto number : {&PoolStats::size, &PoolStats::capacity, &PoolStats::total, &PoolStats::active,
                            &PoolStats::idle, &PoolStats::connecting, &PoolStats::waiting})
    this->*number += other.*number;
  for (const auto count :
       {&PoolStats::created, &PoolStats::closed, &PoolStats::connect_failures, &PoolStats::acquired,
        &PoolStats::waited, &PoolStats::timeouts, &PoolStats::leaks})
    this->*count += other.*count;
  outage = outage || other.outage;
  for (std::size_t i = 0; i < evictions.size(); ++i) evictions[i] += other.evictions[i];
  for (std::size_t i = 0; i < acquire_waits.size(); ++i) acquire_waits[i] += other.acquire_waits[i];
  acquire_wait_total += other.acquire_wait_total;
  if (last_connect_error.empty()) last_connect_error = other.last_connect_error;
  return *this;
}

bool operator==(const PoolStats& a, const PoolStats& b) = default;

}  // namespace tenon
