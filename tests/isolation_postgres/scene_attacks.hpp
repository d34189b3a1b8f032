#pragma once

#include <array>

#include <tenon/testing/attacks/attack.hpp>

namespace tenon::postgres::testing {

// Beyond the kit's: attacks on tables, views, functions and sequences of host_schema.cpp.
inline constexpr std::array scene_attacks = std::to_array<tenon::testing::SqlAttack>({
    {"join to parts", "t",
     "select p.note from things t join parts p on true where p.thing_id = {victims_key}", "rows 0"},
    {"lateral from parts", "t",
     "select x.note from parts, lateral (select note from things where id = {victims_key}) x", "rows 0"},
    {"union with parts", "t",
     "select note from things where id = {victims_key} union select note from parts where thing_id = "
     "{victims_key}",
     "rows 0"},
    {"invoker view", "t", "select note from things_view where id = {victims_key}", "rows 0"},
    {"invoker function", "t", "select note_of({victims_key})", "value NULL"},
    {"partitioned parent", "t", "select note from logs", "value mine log"},
    {"delete all parts", "", "delete from parts", "any"},
    {"delete parts using things", "", "delete from parts p using things t where t.id <> {own_key}", "any"},
    {"merge that deletes parts", "",
     "merge into parts t using (values (1)) as s (id) on t.tenant_id = {victim} when matched then delete",
     "any"},
    {"delete parts returning", "t", "delete from parts returning note", "value mine part"},
    {"writing CTE on parts", "t", "with gone as (delete from parts returning note) select note from gone",
     "value mine part"},
    {"update view", "", "update things_view set note = 'x' where id = {victims_key}", "rows 0"},
    {"insert through view", "", "insert into things_view values ({victim}, {new_key}, 'x')", "refused"},
    {"insert through checked view", "", "insert into things_checked values ({victim}, {new_key}, 'x')",
     "refused"},
    {"trigger fills in", "t", "insert into parts values ({attacker}, 5, {own_key}, null) returning note",
     "value own 1"},
    {"insert into partition", "", "insert into logs (tenant_id, note) values ({victim}, 'x')", "refused"},
    {"refer to victim", "", "insert into parts values ({attacker}, 6, {victims_key}, 'x')", "any"},
    {"partition directly", "t", "select note from logs_rest", "refused"},
    {"write partition directly", "", "insert into logs_rest (tenant_id, note) values ({attacker}, 'x')",
     "refused"},
    {"materialized view", "t", "select note from things_kept", "refused"},
    {"definer function", "t", "select every_note()", "refused"},
    {"sequence value", "t", "select last_value::text from tickets", "refused"},
    {"sequence next", "t", "select nextval('tickets')::text", "refused"},
    {"history", "t", "select name from tenon.schema_history", "refused"},
    {"bundled policies", "t", "select name from tenon.policies", "rows 0"},
    {"refresh the materialized view", "", "refresh materialized view things_kept", "denied"},
    {"current value", "t", "select currval('tickets')::text", "denied"},
    {"set value", "t", "select setval('tickets', 1)::text", "denied"},
});

}  // namespace tenon::postgres::testing
