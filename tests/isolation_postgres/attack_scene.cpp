#include "attack_scene.hpp"

#include <tenon/backend/maintenance.hpp>
#include <tenon/secure_table.hpp>

#include "host_schema.hpp"
#include "scene_attacks.hpp"

void tenon::testing::AttackTarget<tenon::postgres::testing::Thing>::migrate(Database& db) {
  db.migrate();
  const std::string things =
      "create table things (tenant_id text collate \"C\" not null check (tenant_id <> ''), id bigint not "
      "null,"
      " note text not null, primary key (tenant_id, id));" +
      secure_table_sql("things") + postgres::testing::host_schema() +
      "create materialized view things_kept as select * from things; select nextval('tickets');";
  db.migrator("host", {{1, "things", things, ""}}).up();
}

namespace tenon::postgres::testing {

using tenon::testing::Encounter;
using tenon::testing::SqlAttack;

Encounter PostgresAttackScene::meet() {
  Encounter encounter = SceneOf::meet();
  const auto rows_of = [](const std::string& tenant, const std::string& key, const std::string& text) {
    return "insert into parts values ('" + tenant + "', 1, " + key + ", '" + text +
           " part'); insert into logs (tenant_id, note) values ('" + tenant + "', '" + text + " log');";
  };
  admin(rows_of(encounter.attacker, encounter.own_key, "mine") +
        rows_of(encounter.victim, encounter.victims_key, std::string(tenon::testing::victims_marker)) +
        "refresh materialized view things_kept;");
  return encounter;
}

std::string PostgresAttackScene::untouchable(const std::string& attacker) {
  const auto maintenance = database().engine().maintenance();
  const auto found = maintenance->query(
      "select string_agg(t, ';' order by t) from ("
      "select parts::text || parts.ctid from parts where tenant_id <> '" +
          attacker +
          "' union all "
          "select logs::text || logs.ctid from logs where tenant_id <> '" +
          attacker +
          "' union all "
          "select things::text || things.ctid from things where tenant_id <> '" +
          attacker +
          "' union all "
          "select p::text from pg_policies p union all "
          "select relname || relrowsecurity || relowner || coalesce(relacl::text, '') from pg_class "
          "where relname in ('things', 'parts', 'logs', 'things_view') union all "
          "select tgname from pg_trigger) as x (t)",
      {});
  return SceneOf::untouchable(attacker) + found.at(0).at(0).value_or("");
}

void PostgresAttackScene::admin(const std::string& sql) {
  database().engine().maintenance()->execute(sql);
}

std::string PostgresAttackScene::try_named(std::string_view name, tenon::testing::AttackPlace place) {
  for (const SqlAttack& attack : postgres_attacks())
    if (attack.name == name) return try_attack(*this, attack, place);
  throw std::logic_error("there is no attack '" + std::string(name) + "'");
}

std::vector<SqlAttack> postgres_attacks() {
  std::vector<SqlAttack> attacks = tenon::testing::sql_attacks(backend::Flavour::postgres);
  attacks.insert(attacks.end(), scene_attacks.begin(), scene_attacks.end());
  return attacks;
}

tenon::testing::Backend& postgres_backend() {
  return *tenon::testing::backend_list().front();
}

}  // namespace tenon::postgres::testing
