#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include <tenon/testing/attacks/catalogue.hpp>

namespace tenon::postgres::testing {

struct Thing {
  std::int64_t id = 0;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, note))

}  // namespace tenon::postgres::testing

template <>
struct tenon::Table<tenon::postgres::testing::Thing> {
  static constexpr auto name = "things";
  static constexpr auto key = std::tuple{&tenon::postgres::testing::Thing::id};
};

template <>
struct tenon::testing::AttackTarget<tenon::postgres::testing::Thing> {
  using Thing = tenon::postgres::testing::Thing;
  static constexpr auto text = &Thing::note;
  static void migrate(Database& db);
  static Thing row(std::uint64_t number, std::string note) {
    return {static_cast<std::int64_t>(number), std::move(note)};
  }
};

namespace tenon::postgres::testing {

/// The kit's attacks on things, in a database that has the objects of host_schema.hpp as well.
class PostgresAttackScene final : public tenon::testing::SceneOf<Thing> {
 public:
  using SceneOf::SceneOf;

  tenon::testing::Encounter meet() override;
  std::string untouchable(const std::string& attacker) override;

  /// Runs SQL as the superuser, beside the library.
  void admin(const std::string& sql);

  /// What an attack of the kit or of scene_attacks.hpp leads to; nothing when the walls hold.
  std::string try_named(std::string_view name, tenon::testing::AttackPlace place);
};

/// The kit's attacks through SQL, and those of scene_attacks.hpp.
[[nodiscard]] std::vector<tenon::testing::SqlAttack> postgres_attacks();

/// The backend that tests/conformance adds.
[[nodiscard]] tenon::testing::Backend& postgres_backend();

}  // namespace tenon::postgres::testing
