// Shows that the attack suite notices when a wall is missing: each is taken away in turn.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sqlite_attack_scene.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
Walls walls;
}  // namespace tenon::sqlite

namespace tenon::test {
namespace {

using sqlite::Walls;
using ::testing::HasSubstr;
using ::testing::Not;

// What the attacks met, up to the first that came through; an attack that could not be judged, because its
// scene broke, has come nowhere.
std::vector<std::string> attack() {
  std::vector<std::string> problems;
  auto scene = std::make_unique<SqliteAttackScene>();
  for (const testing::SqlAttack& attack : sqlite_attacks()) {
    const std::string problem = testing::try_attack(*scene, attack, testing::AttackPlace::scope);
    if (problem.empty()) continue;
    problems.push_back(std::string(attack.name) + ": " + problem);
    if (!problem.starts_with("could not be judged")) break;
    scene.reset();  // what came of it shall not be taken for the next one's doing
    scene = std::make_unique<SqliteAttackScene>();
  }
  return problems;
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
  const std::vector<std::string> problems = attack();
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems.back(), Not(HasSubstr(": could not be judged")));
  std::cout << "without " << GetParam().name << ": " << problems.back().substr(0, 160) << '\n';
}

INSTANTIATE_TEST_SUITE_P(
    Walls, WithoutWall,
    ::testing::Values(Wall{"authorizer", &Walls::authorizer}, Wall{"predicate", &Walls::predicate},
                      Wall{"secret_name", &Walls::secret_name}, Wall{"owner_check", &Walls::owner_check},
                      Wall{"write_predicate", &Walls::write_predicate},
                      Wall{"function_list", &Walls::function_list},
                      Wall{"explain_refused", &Walls::explain_refused},
                      Wall{"key_check", &Walls::key_check}, Wall{"error_fence", &Walls::error_fence}),
    [](const auto& wall) { return std::string(wall.param.name); });

TEST(WithAllWalls, TheSuiteIsGreen) {
  for (const std::string& problem : attack()) ADD_FAILURE() << problem;
}

}  // namespace
}  // namespace tenon::test
