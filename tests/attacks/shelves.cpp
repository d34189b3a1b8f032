// The kit's own shelves under attack, on every backend that is built.

#include <string>

#include <tenon/testing/attacks.hpp>
#include <tenon/testing/entities.hpp>
#include <tenon/testing/host_schema.hpp>

template <>
struct tenon::testing::AttackTarget<tenon::testing::Shelf> {
  static constexpr auto text = &Shelf::label;
  static void migrate(Backend& backend, Database& db) {
    db.migrate();
    db.migrator("kit", host_schema(backend, db.engine().dialect().flavour())).up();
  }
  static Shelf row(std::uint64_t number, std::string text) {
    return {"shelf-" + std::to_string(number), std::move(text)};
  }
};

namespace {

using tenon::testing::Shelf;
TENON_ATTACK_SUITE(ShelfAttacks, Shelf);

}  // namespace
