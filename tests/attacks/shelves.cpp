// The kit's own shelves under attack, on every backend that is built.

#include <tenon/testing/attacks.hpp>

#include "shelf_target.hpp"

namespace {

using tenon::testing::Shelf;
TENON_ATTACK_SUITE(ShelfAttacks, Shelf);

}  // namespace
