#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tenon/policy.hpp>
#include <tenon/testing/attacks/catalogue.hpp>

#include "sqlite_scene.hpp"

template <>
struct tenon::testing::AttackTarget<tenon::Policy> {
  static constexpr auto text = &Policy::name;
  static void migrate(Database& db);
  static Policy row(std::uint64_t number, std::string name);
};

namespace tenon::test {

// Where the tenants' rows lie.
enum class Layout : std::uint8_t { one_file, file_per_tenant };

// The kit's attacks on policies, in a database that has the host's tables of sqlite_scene.hpp as well.
class SqliteAttackScene final : public testing::SceneOf<Policy> {
 public:
  explicit SqliteAttackScene(Layout layout = Layout::one_file);

  testing::Encounter meet() override;
  // Of every file, as another program reads it.
  std::string untouchable(const std::string& attacker) override;

 private:
  [[nodiscard]] std::string file_of(const std::string& tenant) const;

  Layout layout_;
};

// The kit's attacks through SQL, and those of sqlite_scene_attacks.hpp.
[[nodiscard]] std::vector<testing::SqlAttack> sqlite_attacks();

}  // namespace tenon::test
