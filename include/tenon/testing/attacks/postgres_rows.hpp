#pragma once

#include <array>

#include <tenon/testing/attacks/attack.hpp>

// What a tenant's SQL may try on PostgreSQL that row-level security and rights hold, without the guard of
// raw SQL too.

namespace tenon::testing {

inline constexpr std::array postgres_rows = std::to_array<SqlAttack>({
    // Reading
    {"read everything", "t", "select {text} from {table} order by {text}", "rows 2"},
    {"read by tenant", "t", "select {text} from {table} where {tenant} = {victim}", "rows 0"},
    {"read by disjunction", "t",
     "select {text} from {table} where {tenant} = {attacker} or true order by {text}", "rows 2"},
    {"read tenant ids", "t", "select distinct {tenant}::text from {table}", "value {attacker_name}"},
    {"read by key", "t", "select {text} from {table} where {key} = {victims_key}", "rows 0"},
    {"read by ctid", "t", "select {text} from {table} where ctid = '(0,1)'", "any"},
    {"read only", "t", "select {text} from only {table} where {key} = {victims_key}", "rows 0"},
    {"read sample", "t",
     "select {text} from {table} tablesample bernoulli (100) where {key} not in ({own_key}, {second_key})",
     "rows 0"},
    {"read whole row", "t", "select t::text from {table} t where {key} not in ({own_key}, {second_key})",
     "rows 0"},
    {"read as json", "t",
     "select json_agg(t)::text from {table} t where {key} not in ({own_key}, {second_key})", "value NULL"},
    {"read by window", "t",
     "select lag({text}) over (order by {text} desc) from {table} order by {text} desc limit 1",
     "value NULL"},
    {"read by table command", "t",
     "select t.{text} from (table {table}) t where t.{key} not in ({own_key}, {second_key})", "rows 0"},
    {"count", "t", "select count(*)::text from {table}", "value 2"},
    {"count system column", "t", "select count(ctid)::text from {table}", "value 2"},
    {"least", "t", "select min({text}) from {table}", "value own 1"},
    {"concatenate", "t", "select string_agg({text}, '|' order by {text}) from {table}",
     "value own 1|own 2"},
    {"group by tenant", "t", "select {tenant}::text || ' ' || count(*) from {table} group by {tenant}",
     "value {attacker_name} 2"},
    {"grouping sets", "t", "select count(*)::text from {table} group by grouping sets ((), ({tenant}))",
     "rows 2"},
    {"cross join", "t", "select b.{text} from {table} a cross join {table} b where b.{key} = {victims_key}",
     "rows 0"},
    {"full join", "t",
     "select coalesce(b.{text}, 'none') from {table} a full join {table} b on false where b.{tenant} <> "
     "{attacker}",
     "rows 0"},
    {"exists", "t", "select exists (select from {table} where {key} = {victims_key})::text", "value false"},
    {"lateral", "t",
     "select x.{text} from {table} t, lateral (select {text} from {table} where {key} = {victims_key}) x",
     "rows 0"},
    {"union", "t",
     "select {text} from {table} where {key} = {victims_key} union all select {text} from {table} where "
     "{tenant} = {victim}",
     "rows 0"},
    {"scalar subquery", "t", "select (select {text} from {table} where {key} = {victims_key} limit 1)",
     "value NULL"},
    {"array of rows", "t", "select array(select {text} from {table} where {tenant} = {victim})::text",
     "value {}"},
    {"except", "t",
     "select {text} from {table} except select {text} from {table} where {tenant} = {attacker}", "rows 0"},
    {"recursive", "t",
     "with recursive r (x) as (select {key} from {table} union select t.{key} from {table} t, r) select "
     "count(*)::text from r",
     "value 2"},
    {"materialized", "t",
     "with m as materialized (select * from {table}) select {text} from m where {key} = {victims_key}",
     "rows 0"},
    {"lock rows", "t", "select {text} from {table} where {key} = {victims_key} for update", "rows 0"},
    // Errors as oracles: what is evaluated on a foreign row must not raise
    {"division oracle", "t",
     "select count(*)::text from {table} where 1 / (case when {tenant} = {victim} then 0 else 1 end) = 1",
     "value 2"},
    {"cast oracle", "t", "select {text} from {table} where {tenant} = {victim} and {text}::integer = 1",
     "rows 0"},
    {"regexp oracle", "t", "select {text} from {table} where {tenant} = {victim} and '' ~ ('(' || {text})",
     "rows 0"},
    {"json oracle", "t", "select {text} from {table} where {key} = {victims_key} and {text}::json is null",
     "rows 0"},
    {"like oracle", "t", "select count(*)::text from {table} where {text} like '{marker}%'", "value 0"},
    // Writing
    {"update victim", "", "update {table} set {text} = 'x' where {tenant} = {victim}", "rows 0"},
    {"update by key", "", "update {table} set {text} = 'x' where {key} = {victims_key}", "rows 0"},
    {"update everything", "", "update {table} set {text} = 'x'", "rows 2"},
    {"update from", "", "update {table} t set {text} = 'x' from {table} o where o.{key} = t.{key}",
     "rows 2"},
    {"move to victim", "", "update {table} set {tenant} = {victim}", "refused"},
    {"move from victim", "", "update {table} set {tenant} = {attacker} where {tenant} = {victim}",
     "rows 0"},
    {"delete victim", "", "delete from {table} where {tenant} = {victim}", "rows 0"},
    {"delete everything", "", "delete from {table}", "rows 2"},
    {"delete using", "", "delete from {table} p using {table} t where t.{tenant} = {victim}", "rows 0"},
    {"delete returning", "t", "delete from {table} returning {tenant}::text", "rows 2"},
    {"writing CTE", "t", "with gone as (delete from {table} returning {text}) select {text} from gone",
     "rows 2"},
    {"writing CTE that moves", "t",
     "with moved as (update {table} set {tenant} = {victim} returning {text}) select {text} from moved",
     "refused"},
    {"writing CTE that plants", "t",
     "with planted as (insert into {table} ({tenant}, {columns}) select {victim}, {planted} from {table} "
     "returning {text}) select {text} from planted",
     "refused"},
    {"insert as victim", "",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted} from {table} where {key} = "
     "{own_key}",
     "refused"},
    {"insert over victim", "",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted_at_victims} from {table} where "
     "{key} = {own_key}",
     "refused"},
    {"insert select", "",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted} from {table}", "refused"},
    {"upsert into victim", "",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted_at_victims} from {table} where "
     "{key} = {own_key} on conflict ({conflict}) do update set {text} = 'x'",
     "refused"},
    {"upsert moves", "",
     "insert into {table} ({tenant}, {columns}) select {attacker}, {planted_at_own} from {table} where "
     "{key} = {own_key} on conflict ({conflict}) do update set {tenant} = {victim}, {key} = {new_key}",
     "refused"},
    {"upsert do nothing", "",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted_at_victims} from {table} where "
     "{key} = {own_key} on conflict do nothing",
     "refused"},
    {"merge into victim", "",
     "merge into {table} t using {table} s on t.{tenant} = {victim} when matched then update set {text} = "
     "'x'",
     "any"},
    {"merge delete", "",
     "merge into {table} t using {table} s on t.{tenant} = {victim} when matched then delete", "any"},
    {"merge that plants", "",
     "merge into {table} t using {table} s on false when not matched then insert ({tenant}, {columns}) "
     "values ({victim}, {planted})",
     "refused"},
    {"update returning", "t", "update {table} set {text} = 'x' returning {tenant}::text", "rows 2"},
    {"insert returning", "t",
     "insert into {table} ({tenant}, {columns}) select {victim}, {planted} from {table} where {key} = "
     "{own_key} returning {text}",
     "refused"},
    // Keys as oracles: own rows may have the victim's keys
    {"same key as victim", "t",
     "insert into {table} ({tenant}, {columns}) select {attacker}, {planted_at_victims} from {table} where "
     "{key} = {own_key} returning {text}",
     "value planted", Needs::keys_per_tenant},
    // Rights
    {"truncate", "", "truncate {table}", "refused"},
    {"lock", "", "lock table {table} in access exclusive mode", "refused"},
    {"alter table", "", "alter table {table} disable row level security", "refused"},
    {"drop policy", "", "drop policy tenon_tenant on {table}", "refused"},
    {"drop table", "", "drop table {table}", "refused"},
    {"create policy", "", "create policy wide on {table} using (true)", "refused"},
    {"create trigger", "",
     "create trigger t before insert on {table} for each row execute function "
     "pg_catalog.suppress_redundant_updates_trigger()",
     "refused"},
    {"create rule", "", "create rule r as on update to {table} do also delete from {table}", "refused"},
    {"create index", "", "create index stolen on {table} ({text})", "refused"},
    {"force off", "", "alter table {table} no force row level security", "refused"},
    {"take the table", "", "alter table {table} owner to {application_role}", "refused"},
    {"set role by rights", "", "set role no_such_role", "refused"},
});

}  // namespace tenon::testing
