-- The roles under which tenon's statements run. Only needed when the login that migrates may not create
-- roles; once per cluster, by a superuser or a login with CREATEROLE:
--
--   psql -v ON_ERROR_STOP=1 -v login=my_app_login -f roles.sql
--
-- Run it again with another login to let that one use the roles as well. The login itself needs no other
-- right on the tables when somebody else migrates, and must be no superuser in production: whoever may
-- RESET ROLE to a superuser is not bound by row-level security.

select pg_catalog.format('create role %I nologin', wanted)
  from unnest(array['tenon_app', 'tenon_read_only', 'tenon_administrator']) as wanted
 where not exists (select from pg_catalog.pg_roles where rolname = wanted)
\gexec

-- PostgreSQL 16 and later: the login can take the roles, but has none of their rights before it does.
select pg_catalog.format('grant tenon_app, tenon_read_only, tenon_administrator to %I%s', :'login',
                         case when current_setting('server_version_num')::integer >= 160000
                              then ' with inherit false, set true' else '' end)
\gexec
