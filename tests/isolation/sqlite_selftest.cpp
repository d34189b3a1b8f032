// Shows that the attack suite notices when a wall is missing: each is taken away in turn.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sqlite_attack_scene.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
Walls walls;
}  // namespace tenon::sqlite

namespace tenon::test {
namespace {

using sqlite::Walls;

std::vector<std::string> failing_attacks() {
  std::vector<std::string> failing;
  auto scene = std::make_unique<SqliteAttackScene>();
  for (const testing::SqlAttack& attack : sqlite_attacks()) {
    const std::string problem = testing::try_attack(*scene, attack, testing::AttackPlace::scope);
    if (problem.empty()) continue;
    failing.push_back(std::string(attack.name) + ": " + problem);
    scene.reset();  // what came of it shall not be taken for the next one's doing
    scene = std::make_unique<SqliteAttackScene>();
  }
  return failing;
}

struct Wall {
  const char* name;
  bool Walls::*part;
};

class WithoutWall : public ::testing::TestWithParam<Wall> {
 protected:
  ~WithoutWall() override { sqlite::walls = Walls{}; }
};

TEST_P(WithoutWall, TheSuiteTurnsRed) {
  sqlite::walls.*GetParam().part = false;
  const std::vector<std::string> failing = failing_attacks();
  EXPECT_FALSE(failing.empty());
  std::cout << "without " << GetParam().name << ": " << failing.size() << " of " << sqlite_attacks().size()
            << " attacks are noticed";
  if (!failing.empty()) std::cout << ", the first: " << failing.front().substr(0, 160);
  std::cout << '\n';
}

INSTANTIATE_TEST_SUITE_P(
    Walls, WithoutWall,
    ::testing::Values(Wall{"authorizer", &Walls::authorizer}, Wall{"predicate", &Walls::predicate},
                      Wall{"secret_name", &Walls::secret_name}, Wall{"owner_check", &Walls::owner_check},
                      Wall{"write_predicate", &Walls::write_predicate},
                      Wall{"function_list", &Walls::function_list},
                      Wall{"explain_refused", &Walls::explain_refused},
                      Wall{"key_check", &Walls::key_check}, Wall{"index_fence", &Walls::index_fence}),
    [](const auto& wall) { return std::string(wall.param.name); });

TEST(WithAllWalls, TheSuiteIsGreen) {
  for (const std::string& problem : failing_attacks()) ADD_FAILURE() << problem;
}

}  // namespace
}  // namespace tenon::test
