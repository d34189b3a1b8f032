#pragma once

#include <array>

#include <tenon/testing/attacks/attack.hpp>

// What only the guard of raw SQL stops on PostgreSQL, where the login could not take set_config away:
// settings, and SQL in texts.

namespace tenon::testing {

inline constexpr std::array postgres_settings = std::to_array<SqlAttack>({
    // set_config in every spelling
    {"set config", "t", "select set_config('{setting}', '{victim_name}', true)", "denied"},
    {"set config upper", "t", "select SET_CONFIG('{setting}', '{victim_name}', true)", "denied"},
    {"set config quoted", "t", R"sql(select "set_config"('{setting}', '{victim_name}', true))sql",
     "denied"},
    {"set config qualified", "t",
     R"sql(select pg_catalog . /* */ "set_config" ('{setting}', '{victim_name}', true))sql", "denied"},
    {"set config unicode", "t", R"sql(select U&"set\005fconfig"('{setting}', '{victim_name}', true))sql",
     "denied"},
    {"set config unicode other escape", "t",
     R"sql(select u&"set!005fconfig" uescape '!' ('{setting}', '{victim_name}', true))sql", "denied"},
    {"set config behind comment marks", "t",
     "select '/*', set_config('{setting}', '{victim_name}', true), '*/'", "denied"},
    {"set config behind dashes", "t", "select '--', set_config('{setting}', '{victim_name}', true)",
     "denied"},
    {"set config after carriage return", "t",
     "select 1 -- '{cr}, set_config('{setting}', '{victim_name}', true) -- '", "denied"},
    {"set config behind escapes", "t",
     R"sql(select E'\'', set_config('{setting}', '{victim_name}', true), E'\'')sql", "denied"},
    {"set config behind plain backslash", "t",
     R"sql(select '\', set_config('{setting}', '{victim_name}', true), '\')sql", "denied"},
    {"set config behind dollars", "t",
     "select $a$'$a$, set_config('{setting}', '{victim_name}', true), $a$'$a$", "denied"},
    {"set config behind nested dollars", "t",
     "select $a$$b$$a$, set_config('{setting}','{victim_name}',true), $b$$b$", "denied"},
    {"set config behind identifier dollars", "t",
     "select 1 as a$b$, set_config('{setting}', '{victim_name}', true) c$b$", "denied"},
    {"set config behind nested comments", "t",
     "select 1 /* /* */ ' */, set_config('{setting}', '{victim_name}', true) /* ' */", "denied"},
    {"set config behind quoted name", "t",
     R"sql(select 1 as "'", set_config('{setting}', '{victim_name}', true) as "'")sql", "denied"},
    {"set config behind continued escape", "t",
     R"sql(select E'a'{lf}'\', set_config(''{setting}'', ''{victim_name}'', true), ')sql", "denied"},
    {"set config behind operator comment", "t",
     "select 1 +--'{lf} length(set_config('{setting}','{victim_name}',true))", "denied"},
    {"set config role", "t", "select set_config('role', '{administrator_role}', true)", "denied"},
    {"set config in subquery", "t",
     "select {text} from {table}, (select set_config('{setting}', '{victim_name}', true) offset 0) x",
     "denied"},
    {"set config in cte", "t",
     "with x as materialized (select set_config('{setting}', '{victim_name}', true)) select {text} from "
     "{table}, x",
     "denied"},
    {"set config in write", "",
     "insert into {table} values (set_config('{setting}', '{victim_name}', true), 60, 'x')", "denied"},
    {"settings view", "", "update pg_settings set setting = 'public' where name = 'search_path'", "denied"},
    {"settings view quoted", "", R"sql(update "pg_settings" set setting = '0' where name = 'work_mem')sql",
     "denied"},
    {"settings view in cte", "t",
     "with s as (update pg_catalog.pg_settings set setting = 'off' where name = 'row_security' returning "
     "1) select {text} from {table}, s",
     "denied"},
    // SQL in texts
    {"query to xml", "t",
     "select query_to_xml('select set_config(''{setting}'',''{victim_name}'',true)',true,true,'')::text",
     "denied"},
    {"query to xml quoted", "t", R"sql(select "query_to_xml"($$select 1$$, true, true, '')::text)sql",
     "denied"},
    {"table to xml", "t", "select table_to_xml('{table}', true, true, '')::text", "denied"},
    {"schema to xml", "t", "select schema_to_xml('public', true, true, '')::text", "denied"},
    {"database to xml", "t", "select database_to_xml(true, true, '')::text", "denied"},
    {"cursor to xml", "t", "select cursor_to_xml('c', 1, true, true, '')::text", "denied"},
    {"ts stat", "t", "select word from ts_stat('select to_tsvector({text}) from {table}')", "denied"},
    {"ts stat as an attribute", "t",
     "select (('select to_tsvector({text}) from {table}'::text).ts_stat).word", "denied"},
    {"ts stat as a quoted attribute", "t",
     "select (('select to_tsvector({text}) from {table}'::text).\"ts_stat\").word", "denied"},
    {"ts stat as an attribute of a row", "t",
     "select (q.ts_stat).word from unnest(array['select to_tsvector({text}) from {table}']) q", "denied"},
    {"set config by an attribute", "t",
     "with x as materialized (select (('select to_tsvector(set_config(''{setting}'',''{victim_name}'',"
     "true))'::text).ts_stat).word) select {text} from x, {table}",
     "denied"},
    {"sequence as an attribute", "t", "select ('{table}'::regclass).currval::text", "denied"},
    {"ts rewrite", "t",
     "select ts_rewrite('a & b'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')::text", "denied"},
    {"dblink", "t", "select * from dblink('dbname=x', 'select 1') as t (x text)", "denied"},
});

}  // namespace tenon::testing
