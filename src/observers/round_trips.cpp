#include <utility>

#include <tenon/backend/round_trips.hpp>

namespace tenon::backend {
namespace {

thread_local unsigned counted = 0;

}  // namespace

void count_round_trip() noexcept {
  ++counted;
}

RoundTripCount::RoundTripCount() noexcept : outer_(std::exchange(counted, 0)) {}

RoundTripCount::~RoundTripCount() {
  counted = outer_;
}

unsigned RoundTripCount::so_far() const noexcept {
  return counted;
}

}  // namespace tenon::backend
