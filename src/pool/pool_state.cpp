#include "pool_state.hpp"

#include <algorithm>
#include <utility>

namespace tenon::backend::pool {

PoolState::PoolState(std::size_t size, std::size_t max_overflow)
    : size_(size), capacity_(std::max<std::size_t>(size + max_overflow, 1)) {}

Admission PoolState::arrive(Ticket ticket) {
  if (closed_) return {Admission::Kind::refuse};
  if (!idle_.empty()) {
    const Handle handle = idle_.back();
    idle_.pop_back();
    ++active_;
    return {Admission::Kind::use_idle, handle};
  }
  if (queue_.empty() && total() < capacity_) {
    ++connecting_;
    return {Admission::Kind::connect};
  }
  queue_.push_back(ticket);
  return {Admission::Kind::wait};
}

bool PoolState::leave(Ticket ticket) {
  const auto place = std::find(queue_.begin(), queue_.end(), ticket);
  if (place == queue_.end()) return false;
  queue_.erase(place);
  return true;
}

void PoolState::connected() {
  --connecting_;
  ++active_;
}

Service PoolState::connect_failed() {
  --connecting_;
  return capacity_freed();
}

void PoolState::reconnecting() {
  --active_;
  ++connecting_;
}

Service PoolState::give_back(Handle handle, bool usable) {
  --active_;
  if (!usable || closed_) {
    Service service = capacity_freed();
    if (service.kind == Service::Kind::nothing) service.kind = Service::Kind::close_returned;
    service.close_returned = true;
    return service;
  }
  if (!queue_.empty()) {
    const Ticket first = queue_.front();
    queue_.pop_front();
    ++active_;
    return {Service::Kind::hand_over, first};
  }
  if (total() >= size_) return {Service::Kind::close_returned, 0, true};
  idle_.push_back(handle);
  return {Service::Kind::keep_idle};
}

std::deque<Ticket> PoolState::close() {
  closed_ = true;
  return std::exchange(queue_, {});
}

std::vector<Handle> PoolState::take_idle() {
  return std::exchange(idle_, {});
}

Service PoolState::capacity_freed() {
  if (queue_.empty() || total() >= capacity_) return {Service::Kind::nothing};
  const Ticket first = queue_.front();
  queue_.pop_front();
  ++connecting_;
  return {Service::Kind::let_connect, first};
}

}  // namespace tenon::backend::pool
