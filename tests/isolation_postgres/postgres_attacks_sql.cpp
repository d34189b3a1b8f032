#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

const std::vector<Attack>& sql_attacks() {
  static const std::vector<Attack> attacks{
      // Reading
      {"ReadEverything", "select note from things order by id", true, "mine 1,mine 2"},
      {"ReadByTenant", "select note from things where tenant_id = 'globex'", true, ""},
      {"ReadByDisjunction", "select note from things where tenant_id = 'acme' or true order by id", true,
       "mine 1,mine 2"},
      {"ReadTenantIds", "select distinct tenant_id from things", true, "acme"},
      {"ReadByKey", "select note from things where id = 7", true, ""},
      {"ReadByCtid", "select note from things where ctid = '(0,1)'", true, ""},
      {"ReadOnly", "select note from only things where id = 7", true, ""},
      {"ReadSample", "select note from things tablesample bernoulli (100) where id > 2", true, ""},
      {"ReadWholeRow", "select things::text from things where id > 2", true, ""},
      {"ReadAsJson", "select json_agg(t)::text from things t where id > 2", true, "NULL"},
      {"ReadByWindow", "select lag(note) over (order by id desc) from things order by id desc limit 1",
       true, "NULL"},
      {"ReadByTableCommand", "select t.note from (table things) t where t.id > 2", true, ""},
      {"Count", "select count(*)::text from things", true, "2"},
      {"CountSystemColumn", "select count(ctid)::text from things", true, "2"},
      {"Least", "select min(note) from things", true, "mine 1"},
      {"Concatenate", "select string_agg(note, '|' order by id) from things", true, "mine 1|mine 2"},
      {"GroupByTenant", "select tenant_id || count(*) from things group by tenant_id", true, "acme2"},
      {"GroupingSets", "select count(*)::text from things group by grouping sets ((), (tenant_id))", true,
       "2,2"},
      {"CrossJoin", "select b.note from things a cross join things b where b.id = 7", true, ""},
      {"JoinToParts", "select p.note from things t join parts p on true where p.thing_id = 7", true, ""},
      {"FullJoin",
       "select coalesce(b.note, 'none') from things a full join things b on false "
       "where b.tenant_id <> 'acme'",
       true, ""},
      {"Lateral", "select x.note from parts, lateral (select note from things where id = 7) x", true, ""},
      {"Exists", "select exists (select from things where id = 7)::text", true, "false"},
      {"Union", "select note from things where id = 7 union select note from parts where thing_id = 7",
       true, ""},
      {"Except", "select note from things except select note from things where tenant_id = 'acme'", true,
       ""},
      {"Recursive",
       "with recursive r (id) as (select 1::bigint union select t.id from things t, r) "
       "select count(*)::text from r",
       true, "2"},
      {"Materialized", "with m as materialized (select * from things) select note from m where id = 7",
       true, ""},
      {"LockRows", "select note from things where id = 7 for update", true, ""},
      {"InvokerView", "select note from things_view where id = 7", true, ""},
      {"InvokerFunction", "select note_of(7)", true, "NULL"},
      {"PartitionedParent", "select note from logs", true, "mine log"},
      // Errors as oracles: what is evaluated on a foreign row must not raise
      {"DivisionOracle",
       "select count(*)::text from things where 1 / (case when tenant_id = 'globex' then 0 else 1 end) = 1",
       true, "2"},
      {"CastOracle", "select note from things where tenant_id = 'globex' and note::integer = 1", true, ""},
      {"RegexpOracle", "select note from things where tenant_id = 'globex' and '' ~ ('(' || note)", true,
       ""},
      {"JsonOracle", "select note from things where id = 7 and note::json is null", true, ""},
      {"LikeOracle", "select count(*)::text from things where note like 'MARKER%'", true, "0"},
      // Writing
      {"UpdateVictim", "update things set note = 'x' where tenant_id = 'globex'", false},
      {"UpdateByKey", "update things set note = 'x' where id = 7", false},
      {"UpdateEverything", "update things set note = 'x'", false},
      {"UpdateFrom", "update things t set note = 'x' from things o where o.id = t.id", false},
      {"MoveToVictim", "update things set tenant_id = 'globex', id = 99", false},
      {"MoveFromVictim", "update things set tenant_id = 'acme' where tenant_id = 'globex'", false},
      {"DeleteVictim", "delete from things where tenant_id = 'globex'", false},
      {"DeleteEverything", "delete from parts", false},
      {"DeleteUsing", "delete from parts p using things t where t.id <> 1", false},
      {"InsertAsVictim", "insert into things values ('globex', 50, 'x')", false},
      {"InsertOverVictim", "insert into things values ('globex', 1, 'x')", false},
      {"InsertSelect", "insert into things select 'globex', id + 100, note from things", false},
      {"UpsertIntoVictim",
       "insert into things values ('globex', 1, 'x') on conflict (tenant_id, id) do update set note = 'x'",
       false},
      {"UpsertMoves",
       "insert into things values ('acme', 1, 'x') on conflict (tenant_id, id) do update "
       "set tenant_id = 'globex', id = 98",
       false},
      {"UpsertDoNothing", "insert into things values ('globex', 1, 'x') on conflict do nothing", false},
      {"MergeIntoVictim",
       "merge into things t using (values (7)) as s (id) on t.id = s.id "
       "when matched then update set note = 'x' when not matched then insert values ('globex', 70, 'x')",
       false},
      {"MergeDelete",
       "merge into parts t using (values (1)) as s (id) on t.tenant_id = 'globex' when matched then delete",
       false},
      {"UpdateReturning", "update things set note = 'x' returning tenant_id", true, "acme,acme"},
      {"DeleteReturning", "delete from parts returning note", true, "mine part"},
      {"InsertReturning", "insert into things values ('globex', 51, 'x') returning note", true},
      {"WritingCte", "with gone as (delete from parts returning note) select note from gone", true,
       "mine part"},
      {"UpdateView", "update things_view set note = 'x' where id = 7", false},
      {"InsertThroughView", "insert into things_view values ('globex', 52, 'x')", false},
      {"InsertThroughCheckedView", "insert into things_checked values ('globex', 53, 'x')", false},
      {"TriggerFillsIn", "insert into parts values ('acme', 5, 1, null) returning note", true, "mine 1"},
      {"InsertIntoPartition", "insert into logs (tenant_id, note) values ('globex', 'x')", false},
      // Keys as oracles: own rows may have the victim's keys
      {"SameKeyAsVictim", "insert into things values ('acme', 7, 'own seven') returning note", true,
       "own seven"},
      {"ReferToVictim", "insert into parts values ('acme', 6, 7, 'x')", false},
      // Rights
      {"PartitionDirectly", "select note from logs_one", true},
      {"WritePartitionDirectly", "insert into logs_one (tenant_id, note) values ('acme', 'x')", false},
      {"MaterializedView", "select note from things_kept", true},
      {"DefinerFunction", "select every_note()", true},
      {"SequenceValue", "select last_value::text from tickets", true},
      {"SequenceNext", "select nextval('tickets')::text", true},
      {"History", "select name from tenon.schema_history", true},
      {"BundledPolicies", "select name from tenon.policies", true, ""},
  };
  return attacks;
}

TEST_P(AttackCase, IsHeldByTheDatabaseAlone) {
  const Outcome outcome = run(*engine_, GetParam(), false);
  EXPECT_EQ(harm(GetParam(), outcome), "");
  EXPECT_EQ(
      rows(*engine_, victim, get_thing(), {Value::text(victim), Value::integral(Type::int64, 7)}).size(),
      1U);
}

TEST_P(AttackCase, IsHeldAsRawSql) {
  const auto engine = open_one();
  const Outcome outcome = run(*engine, GetParam(), true, true);
  EXPECT_EQ(harm(GetParam(), outcome), "");
  EXPECT_EQ(
      rows(*engine, victim, get_thing(), {Value::text(victim), Value::integral(Type::int64, 7)}).size(), 1U)
      << "the connection goes on";
}

INSTANTIATE_TEST_SUITE_P(Sql, AttackCase, ::testing::ValuesIn(sql_attacks()),
                         [](const auto& attack) { return std::string(attack.param.name); });

}  // namespace tenon::postgres::testing
