#pragma once

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/testing/attacks/catalogue.hpp>
#include <tenon/testing/fixture.hpp>

/// \file
/// Attacks on the isolation of tenants, made on a table of the host's own on every backend that the program
/// adds. In one source file, linked with GTest::gtest_main:
///
///     #include <tenon/testing/attacks.hpp>
///     class MyDatabase : public tenon::testing::Backend { … };    // see tenon/testing/backend.hpp
///     TENON_CONFORMANCE_BACKEND(MyDatabase);
///     template <> struct tenon::testing::AttackTarget<Site> { … };  // see
///     tenon/testing/attacks/target.hpp TENON_ATTACK_SUITE(SiteAttacks, Site);
///
/// Each attack has a name, by which a failure tells it; those that the table or the backend gives no
/// occasion for are named in the output of the suite's HaveTheirNumber, with the reason. After each the
/// suite compares all that is not the attacker's with what it was before, looks for the victim's data in
/// rows and errors, and asks both tenants again on the same connection.

namespace tenon::testing {

/// The attacks on one entity's table; made by TENON_ATTACK_SUITE.
template <class T>
class AttackSuite : public ::testing::TestWithParam<Backend*> {
 protected:
  void SetUp() override {
    if (const std::string reason = GetParam()->unavailable(); !reason.empty()) GTEST_SKIP() << reason;
  }
  [[nodiscard]] SceneOf<T>& scene() const {
    if (!stage().scene) stage().scene = std::make_unique<SceneOf<T>>(*GetParam());
    return *stage().scene;
  }

  void through_sql(AttackPlace place) const {
    for (const SqlAttack& attack : sql_attacks(scene().table().flavour)) try_sql(attack, place);
  }
  void without_the_guard() const {
    if (scene().table().flavour != backend::Flavour::postgres)
      GTEST_SKIP() << "nothing but the guard holds raw SQL on this backend";
    for (const SqlAttack& attack : postgres_rows) try_sql(attack, AttackPlace::unguarded);
  }
  void through_the_library() const {
    for (const ApiAttack<T>& attack : api_attacks<T>()) {
      if (!why_left_out(attack.needs).empty()) continue;
      EXPECT_EQ(try_attack(next_scene(), attack), "") << attack.name;
    }
  }
  void count() const {
    std::set<std::string_view> names;
    std::vector<std::string> left_out;
    const auto made = [&](const auto& attacks) {
      std::size_t number = 0;
      for (const auto& attack : attacks) {
        EXPECT_TRUE(names.insert(attack.name).second) << attack.name << " is there twice";
        const std::string_view why = why_left_out(attack.needs);
        if (why.empty()) {
          ++number;
        } else {
          left_out.push_back(std::string(attack.name).append(": ").append(why));
        }
      }
      return number;
    };
    const std::size_t sql = made(sql_attacks(scene().table().flavour));
    const std::size_t api = made(api_attacks<T>());
    std::cout << sql + api << " attacks on " << scene().table().name << " on " << GetParam()->name() << ": "
              << sql << " through SQL, " << api << " through the library\n";
    for (const std::string& one : left_out) std::cout << "[  NOT RUN ] " << one << '\n';
    ::testing::Test::RecordProperty("attacks", static_cast<int>(sql + api));
    ::testing::Test::RecordProperty("attacks_not_run", static_cast<int>(left_out.size()));
    EXPECT_GE(sql + api, 120U);
  }

 private:
  void try_sql(const SqlAttack& attack, AttackPlace place) const {
    if (!why_left_out(attack.needs).empty()) return;
    EXPECT_EQ(try_attack(next_scene(), attack, place), "") << attack.name << ": " << attack.sql;
  }
  [[nodiscard]] std::string_view why_left_out(Needs needs) const {
    return testing::why_left_out(needs, scene().table(), needs == Needs::killing && kills());
  }
  // Tried on a database of its own, which no scene has open.
  [[nodiscard]] bool kills() const {
    if (!stage().kills) stage().kills = GetParam()->kill_connections(GetParam()->create()->url());
    return *stage().kills;
  }
  struct Stage {
    std::unique_ptr<SceneOf<T>> scene{};
    std::optional<bool> kills{};
    std::size_t attacks = 0;
  };
  [[nodiscard]] Stage& stage() const {
    static std::map<Backend*, Stage> stages;
    return stages[GetParam()];
  }
  [[nodiscard]] SceneOf<T>& next_scene() const {
    if (stage().attacks++ % GetParam()->attacks_per_database() == 0) stage().scene.reset();
    return scene();
  }
};

}  // namespace tenon::testing

/// Makes every attack on the table of the entity Type; Name is the suite's in GoogleTest. At namespace
/// scope, after AttackTarget<Type>.
#define TENON_ATTACK_SUITE(Name, Type) TENON_ATTACK_SUITE_ON(Name, Type, ::tenon::testing::backends())

/// The same on some backends: a std::vector<tenon::testing::Backend*>.
#define TENON_ATTACK_SUITE_ON(Name, Type, list)               \
  class Name : public ::tenon::testing::AttackSuite<Type> {}; \
  TEST_P(Name, HaveTheirNumber) {                             \
    count();                                                  \
  }                                                           \
  TEST_P(Name, AreHeldInAScope) {                             \
    through_sql(::tenon::testing::AttackPlace::scope);        \
  }                                                           \
  TEST_P(Name, AreHeldInATransaction) {                       \
    through_sql(::tenon::testing::AttackPlace::transaction);  \
  }                                                           \
  TEST_P(Name, AreHeldByTheDatabaseAlone) {                   \
    without_the_guard();                                      \
  }                                                           \
  TEST_P(Name, AreHeldByTheLibrary) {                         \
    through_the_library();                                    \
  }                                                           \
  TENON_CONFORMANCE_SUITE_ON(Name, list)
