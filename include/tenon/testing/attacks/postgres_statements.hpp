#pragma once

#include <array>

#include <tenon/testing/attacks/attack.hpp>

// What only the guard of raw SQL stops on PostgreSQL, where the login could not take set_config away:
// statements, and functions and views that reach elsewhere.

namespace tenon::testing {

inline constexpr std::array postgres_statements = std::to_array<SqlAttack>({
    // Statements
    {"set local", "", "set local {setting} = {victim}", "denied"},
    {"set role", "", "set role {administrator_role}", "denied"},
    {"set session authorization", "", "set session authorization postgres", "denied"},
    {"reset role", "", "reset role", "denied"},
    {"reset all", "", "/* */ reset all", "denied"},
    {"begin", "", "begin", "denied"},
    {"commit", "", "commit", "denied"},
    {"rollback", "", "-- x{lf}rollback", "denied"},
    {"savepoint", "", "savepoint s", "denied"},
    {"rollback to", "", "rollback to savepoint tenon_1", "denied"},
    {"do", "", "do $$ begin perform set_config('{setting}', '{victim_name}', true); end $$", "denied"},
    {"call", "", "call nothing()", "denied"},
    {"explain", "t", "explain select * from {table}", "denied"},
    {"explain analyze", "t", "explain (analyze, verbose) select * from {table}", "denied"},
    {"copy out", "", "copy {table} to stdout", "denied"},
    {"copy query out", "", "copy (select * from {table}) to stdout", "denied"},
    {"copy in", "", "copy {table} from stdin", "denied"},
    {"copy program", "", "copy {table} to program 'cat'", "denied"},
    {"prepare", "", "prepare p as select 1", "denied"},
    {"execute", "t", "execute p", "denied"},
    {"deallocate", "", "deallocate all", "denied"},
    {"discard", "", "discard all", "denied"},
    {"listen", "", "listen {victim_name}", "denied"},
    {"notify", "", "notify {victim_name}", "denied"},
    {"notify by function", "t", "select pg_notify('{victim_name}', 'x')::text", "denied"},
    {"declare", "", "declare c cursor with hold for select 1", "denied"},
    {"fetch", "t", "fetch all from c", "denied"},
    {"create temporary table", "", "create temp table {table} ({tenant} text, {key} bigint, {text} text)",
     "denied"},
    {"create function", "", "create function f() returns text language sql as 'select 1'", "denied"},
    {"grant", "", "grant {administrator_role} to {application_role}", "denied"},
    {"analyze", "", "analyze {table}", "denied"},
    {"two statements", "t", "select 'a'; reset role", "denied"},
    {"two statements behind quote", "t", "select ';'; commit", "denied"},
    {"select into temporary", "", "select * into temp {table} from {table}", "denied"},
    {"select into behind label", "", "select 1 insert into temp {table}", "denied"},
    {"select into behind quoted label", "", R"sql(select 1 as "insert" into temp {table})sql", "denied"},
    {"select into after parenthesis", "", "with x as (select 1) select (1) insert into temp {table}",
     "denied"},
    {"select into in parentheses", "", "(select 1 as {key} into temp {table})", "denied"},
    {"select into after search", "",
     "with recursive x (a) as (select 1 union select 2) search depth first by a set b select (a) insert "
     "into temp {table} from x",
     "denied"},
    // Functions and views that reach elsewhere
    {"read file", "t", "select pg_read_file('PG_VERSION')", "denied"},
    {"read file qualified", "t", R"sql(select pg_catalog."pg_read_file" ('PG_VERSION'))sql", "denied"},
    {"list directory", "t", "select pg_ls_dir('.')", "denied"},
    {"stat file", "t", "select pg_stat_file('PG_VERSION')::text", "denied"},
    {"large object import", "t", "select lo_import('/etc/hostname')::text", "denied"},
    {"large object read", "t", "select lo_get(1)::text", "denied"},
    {"large object create", "t", "select lo_from_bytea(0, 'x')::text", "denied"},
    {"terminate", "t", "select pg_terminate_backend(1)::text", "denied"},
    {"session lock", "t", "select pg_advisory_lock(1)::text", "denied"},
    {"transaction lock", "t", "select pg_advisory_xact_lock(1)::text", "denied"},
    {"shared transaction lock", "t", "select pg_advisory_xact_lock_shared(1)::text", "denied"},
    {"lock of another", "t", "select pg_try_advisory_xact_lock(1, 2)::text", "denied"},
    {"shared lock of another", "t",
     R"sql(select pg_catalog."pg_try_advisory_xact_lock_shared"(hashtext('{victim_name}'))::text)sql",
     "denied"},
    {"unlock all", "t", "select pg_advisory_unlock_all()::text", "denied"},
    {"activity", "t", "select query from pg_stat_activity", "denied"},
    {"prepared statements", "t", "select statement from pg_prepared_statements", "denied"},
    {"cursors", "t", "select statement from pg_cursors", "denied"},
    {"statistics", "t", "select most_common_vals::text from pg_stats", "denied"},
    {"row estimates", "t", "select reltuples::text from pg_class where relname = '{table}'", "denied"},
    {"table size", "t", "select pg_relation_size('{table}')::text", "denied"},
    {"last value", "t", "select lastval()::text", "denied"},
    {"random of the next", "t", "select setseed(0.5)::text", "denied"},
    {"random of the next by attribute", "t", "select ((0.5::double precision).setseed)::text", "denied"},
    {"latest ctid", "t", "select currtid2('{table}', '(0,1)')::text", "denied"},
    {"temporary table", "t", "select c1 from pg_temp.tenon_0000000000000001", "denied"},
    {"open quote", "t", "select 'x", "denied"},
    {"open comment", "t", "select 1 /* /* */", "denied"},
    {"open dollars", "t", "select $x$ abc", "denied"},
    {"nothing", "", " -- only a comment", "denied"},
});

}  // namespace tenon::testing
