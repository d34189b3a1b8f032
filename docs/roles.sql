-- The roles under which tenon's statements run. Only needed when the login that migrates may not create
-- roles; once per cluster, by a superuser or a login with CREATEROLE:
--
--   psql -v ON_ERROR_STOP=1 -v login=my_app_login -f roles.sql
--
-- Run it again with another login to let that one use the roles as well. Where somebody else migrates, run it again
-- after the first migration, in the database that holds the tables, as a superuser or as their owner with CREATEROLE:
--
--   psql -v ON_ERROR_STOP=1 -v login=my_app_login -d my_database -f roles.sql
--
-- Then the login may also read the history of migrations, as health() and `tenon migrate status` do; it needs no
-- other right. It must be no superuser in production: whoever may RESET ROLE to a superuser is not bound by
-- row-level security.

select pg_catalog.format('create role %I nologin', wanted)
  from unnest(array['tenon_app', 'tenon_read_only', 'tenon_administrator']) as wanted
 where not exists (select from pg_catalog.pg_roles where rolname = wanted)
\gexec

-- PostgreSQL 16 and later: the login can take the roles, but has none of their rights before it does.
select pg_catalog.format('grant tenon_app, tenon_read_only, tenon_administrator to %I%s', :'login',
                         case when current_setting('server_version_num')::integer >= 160000
                              then ' with inherit false, set true' else '' end)
\gexec

-- The history, where this database has one and who runs this may grant it.
select pg_catalog.format(right_to, :'login')
  from (select 1, 'grant usage on schema tenon to %I'
          from pg_catalog.pg_namespace
         where nspname = 'tenon' and pg_catalog.pg_has_role(nspowner, 'usage')
        union all
        select 2, 'grant select on tenon.' || relname || ' to %I'
          from pg_catalog.pg_class
         where relnamespace = pg_catalog.to_regnamespace('tenon')
           and relname in ('schema_history', 'schema_journal')
           and pg_catalog.pg_has_role(relowner, 'usage')) as history (place, right_to)
 order by place
\gexec

-- Recommended where the database belongs to tenon and programs that you know: takes set_config from everybody
-- but the login. Then no function that runs SQL from a text can name another tenant or take another role.
-- Catalogue rights are per database: connect to the one that holds the tables, as a superuser, and run
--
--   psql -v ON_ERROR_STOP=1 -v login=my_app_login -v protect_settings=1 -d my_database -f roles.sql
--
-- Run it so for every login that uses the database: the one that migrates and backs up needs the right as well.
-- Everybody else who calls set_config in this database needs the same grant: other applications, pg_dump and
-- vacuumdb as another login, logical replication. docs/tenancy-postgres.md has the list, and how to undo it.
\if :{?protect_settings}
revoke execute on function pg_catalog.set_config(text, text, boolean) from public;
select pg_catalog.format('grant execute on function pg_catalog.set_config(text, text, boolean) to %I', :'login')
\gexec
\endif
