#include <gtest/gtest.h>

#include "attack_scene.hpp"
#include "scene_attacks.hpp"

namespace tenon::postgres::testing {

namespace {

using tenon::testing::AttackPlace;
using tenon::testing::SqlAttack;

class PostgresAttacks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = postgres_backend().unavailable(); !reason.empty())
      GTEST_SKIP() << reason;
    scene_ = std::make_unique<PostgresAttackScene>(postgres_backend());
  }
  void expect_held(AttackPlace place) {
    for (const SqlAttack& attack : scene_attacks) {
      if (place == AttackPlace::unguarded && attack.outcome == "denied") continue;
      EXPECT_EQ(try_attack(*scene_, attack, place), "") << attack.name << ": " << attack.sql;
    }
  }

  std::unique_ptr<PostgresAttackScene> scene_;
};

TEST_F(PostgresAttacks, AreHeldInAScope) {
  expect_held(AttackPlace::scope);
}

TEST_F(PostgresAttacks, AreHeldInATransaction) {
  expect_held(AttackPlace::transaction);
}

TEST_F(PostgresAttacks, AreHeldByTheDatabaseAlone) {
  expect_held(AttackPlace::unguarded);
}

TEST_F(PostgresAttacks, DoNotBecomeFewer) {
  EXPECT_GE(postgres_attacks().size(), 190U);
}

}  // namespace

}  // namespace tenon::postgres::testing
