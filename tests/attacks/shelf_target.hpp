#pragma once

#include <string>
#include <utility>

#include <tenon/testing/attacks/target.hpp>
#include <tenon/testing/entities.hpp>
#include <tenon/testing/host_schema.hpp>

template <>
struct tenon::testing::AttackTarget<tenon::testing::Shelf> {
  static constexpr auto text = &Shelf::label;
  static void migrate(Backend& backend, Database& db) {
    db.migrate();
    db.migrator("kit", host_schema(backend, db.engine().dialect().flavour())).up();
  }
  static Shelf row(std::uint64_t number, std::string label) {
    return {"shelf-" + std::to_string(number), std::move(label)};
  }
};
