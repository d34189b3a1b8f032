#include "sqlite_attack_scene.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string_view>

#include "sqlite_scene_attacks.hpp"

void tenon::testing::AttackTarget<tenon::Policy>::migrate(Database& db) {
  db.migrate();
  db.migrator("scene", {{1, "scene", test::host_tables, {}}}).up();
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

constexpr std::string_view files_parameter = "?tenants=files";

class SqlitePlace final : public testing::TestDatabase {
 public:
  explicit SqlitePlace(Layout layout) : layout_(layout) {}
  [[nodiscard]] std::string url() const override {
    return "sqlite:" +
           folder_.file(layout_ == Layout::one_file ? "scene.db" : std::string(files_parameter));
  }

 private:
  Folder folder_;
  Layout layout_;
};

class Sqlite final : public testing::Backend {
 public:
  explicit Sqlite(Layout layout) : layout_(layout) {}
  [[nodiscard]] std::string name() const override {
    return layout_ == Layout::one_file ? "sqlite" : "sqlite_files";
  }
  [[nodiscard]] std::unique_ptr<testing::TestDatabase> create() override {
    return std::make_unique<SqlitePlace>(layout_);
  }
  [[nodiscard]] Config config(const std::string& url) const override { return scene_config(url); }

 private:
  Layout layout_;
};

Sqlite& backend(Layout layout) {
  static Sqlite one_file(Layout::one_file);
  static Sqlite file_per_tenant(Layout::file_per_tenant);
  return layout == Layout::one_file ? one_file : file_per_tenant;
}

}  // namespace

SqliteAttackScene::SqliteAttackScene(Layout layout)
    : SceneOf<Policy>(test::backend(layout)), layout_(layout) {}

std::string SqliteAttackScene::file_of(const std::string& tenant) const {
  const std::string path = url().substr(std::string_view("sqlite:").size());
  return layout_ == Layout::one_file
             ? path
             : path.substr(0, path.size() - files_parameter.size()) + tenant + ".db";
}

testing::Encounter SqliteAttackScene::meet() {
  testing::Encounter encounter = SceneOf<Policy>::meet();
  run_as_stranger(file_of(encounter.attacker), host_rows_of(encounter.attacker, "own"));
  run_as_stranger(file_of(encounter.victim),
                  host_rows_of(encounter.victim, std::string(testing::victims_marker)));
  return encounter;
}

std::string SqliteAttackScene::untouchable(const std::string& attacker) {
  std::string all = SceneOf<Policy>::untouchable(attacker);
  std::vector<std::string> files;
  const std::filesystem::path folder = std::filesystem::path(file_of(attacker)).parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".db") files.push_back(entry.path().string());
  std::ranges::sort(files);
  for (const std::string& file : files) all += file + "\n" + rows_of_others(file, attacker);
  return all;
}

std::vector<testing::SqlAttack> sqlite_attacks() {
  std::vector<testing::SqlAttack> attacks = testing::sql_attacks(backend::Flavour::sqlite);
  attacks.insert(attacks.end(), scene_attacks.begin(), scene_attacks.end());
  return attacks;
}

}  // namespace tenon::test
