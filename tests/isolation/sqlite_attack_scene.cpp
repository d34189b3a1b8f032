#include "sqlite_attack_scene.hpp"

#include <utility>

#include "sqlite_scene_attacks.hpp"

void tenon::testing::AttackTarget<tenon::Policy>::migrate(Database& db) {
  db.migrate();
  test::run_as_stranger(test::file_of(db), test::host_tables);
}

tenon::Policy tenon::testing::AttackTarget<tenon::Policy>::row(std::uint64_t number, std::string name) {
  Policy policy;
  policy.id = "policy " + std::to_string(number);
  policy.name = std::move(name);
  policy.description = "";
  return policy;
}

namespace tenon::test {
namespace {

class SqliteFile final : public testing::TestDatabase {
 public:
  [[nodiscard]] std::string url() const override { return "sqlite:" + folder_.file("scene.db"); }

 private:
  Folder folder_;
};

class Sqlite final : public testing::Backend {
 public:
  [[nodiscard]] std::string name() const override { return "sqlite"; }
  [[nodiscard]] std::unique_ptr<testing::TestDatabase> create() override {
    return std::make_unique<SqliteFile>();
  }
  [[nodiscard]] Config config(const std::string& url) const override { return scene_config(url); }
};

Sqlite& backend() {
  static Sqlite sqlite;
  return sqlite;
}

}  // namespace

SqliteAttackScene::SqliteAttackScene() : SceneOf<Policy>(test::backend()) {}

testing::Encounter SqliteAttackScene::meet() {
  testing::Encounter encounter = SceneOf<Policy>::meet();
  run_as_stranger(file_of(database()),
                  host_rows_of(encounter.attacker, "own") +
                      host_rows_of(encounter.victim, std::string(testing::victims_marker)));
  return encounter;
}

std::string SqliteAttackScene::untouchable(const std::string& attacker) {
  return SceneOf<Policy>::untouchable(attacker) + rows_of_others(file_of(database()), attacker);
}

std::vector<testing::SqlAttack> sqlite_attacks() {
  std::vector<testing::SqlAttack> attacks = testing::sql_attacks(backend::Flavour::sqlite);
  attacks.insert(attacks.end(), scene_attacks.begin(), scene_attacks.end());
  return attacks;
}

}  // namespace tenon::test
