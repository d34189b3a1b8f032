#include "gate_sql.hpp"

namespace tenon::postgres {

const std::string_view gate_sql = R"sql(
with recursive
roles as (
  select oid, rolname::text as name, rolname = $3 as administrator, rolsuper, rolbypassrls
    from pg_roles where rolname in ($1, $2, $3)),
held as (select oid, name from roles where not administrator and not rolsuper),
spaces as (
  select oid, nspname::text as name from pg_namespace
   where nspname !~ '^pg_' and nspname <> 'information_schema'),
relations as materialized (
  select c.oid, c.relkind as kind, c.relowner as owner, c.relrowsecurity as secured,
         c.relforcerowsecurity as forced, c.relnamespace as space, s.name || '.' || c.relname as object,
         (select a.attnum from pg_attribute a
           where a.attrelid = c.oid and a.attname = any (string_to_array($4, ',')) and not a.attisdropped
           order by a.attnum limit 1) as tenant,
         coalesce((select o.option_value::boolean from pg_options_to_table(c.reloptions) o
                    where o.option_name = 'security_invoker'), false) as invoker
    from pg_class c join spaces s on s.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f')),
tables as materialized (
  select * from relations where kind in ('r', 'p') and (tenant is not null or secured)),
-- What the application or the read-only role can touch.
reach as materialized (
  select r.oid as relation, h.oid as role, h.name as role_name
    from relations r cross join held h
   where has_schema_privilege(h.oid, r.space, 'usage')
     and (has_table_privilege(h.oid, r.oid, 'select,insert,update,delete,truncate')
          or has_any_column_privilege(h.oid, r.oid, 'select,insert,update'))),
-- Conditions as the parser keeps them: pg_get_expr() would wait for a migration that holds the table.
policies as materialized (
  select p.oid, p.polrelid as relation, p.polname::text as name, p.polcmd as command,
         p.polpermissive as permissive, p.polroles as roles,
         p.polqual::text as test, p.polqual::text ~ k.is_true as always,
         p.polqual::text ~ k.is_constant as constant, p.polwithcheck::text ~ k.is_true as writes_anything
    from pg_policy p,
         (values ('^\{CONST :consttype 16 .*:constvalue 1 \[ 1 0 0 0 0 0 0 0 \]\}$',
                  '^\{CONST :consttype 16 ')) k (is_true, is_constant)),
applied as materialized (
  select p.*, r.role, r.role_name, t.object
    from policies p join reach r on r.relation = p.relation join tables t on t.oid = p.relation
   where 0 = any (p.roles)
      or exists (select from unnest(p.roles) as x (oid) where x.oid <> 0 and pg_has_role(r.role, x.oid, 'usage'))),
narrowed as (
  select relation, role from applied where not permissive and command = '*' and not always),
-- Roles that row-level security does not hold on a table.
unbound as materialized (
  select t.oid as relation, o.oid as role
    from tables t cross join pg_roles o
   where o.oid in (select owner from relations union
                   select proowner from pg_proc where prosecdef)
     and (o.rolsuper or o.rolbypassrls
          or (not t.forced and pg_has_role(o.oid, t.owner, 'usage'))
          or exists (select from policies p
                      where p.relation = t.oid and p.permissive and p.always
                        and (0 = any (p.roles) or exists (
                          select from unnest(p.roles) as x (oid)
                           where x.oid <> 0 and pg_has_role(o.oid, x.oid, 'usage')))))),
uses as materialized (
  select distinct w.ev_class as view, d.refobjid as relation
    from pg_rewrite w
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjid <> w.ev_class
    join relations r on r.oid = w.ev_class and r.kind in ('v', 'm')),
-- From each view down to the tables, with the role whose rights count there; 0: the caller's.
chains (root, relation, acting) as (
  select v.oid, u.relation, case when v.invoker then 0::oid else v.owner end
    from relations v join uses u on u.view = v.oid
  union
  select c.root, u.relation, case when v.invoker then c.acting else v.owner end
    from chains c join relations v on v.oid = c.relation and v.kind in ('v', 'm')
    join uses u on u.view = v.oid),
functions as materialized (
  select f.oid, s.name || '.' || f.proname || '(' || pg_get_function_identity_arguments(f.oid) || ')' as object,
         f.proowner as owner, f.prosecdef as definer, f.proleakproof as leakproof, f.provolatile as volatility,
         f.pronargs as arguments, f.prosrc as source, l.lanname as language, f.pronamespace as space,
         f.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as for_triggers
    from pg_proc f join spaces s on s.oid = f.pronamespace join pg_language l on l.oid = f.prolang
   where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid
                                               and d.deptype = 'e')),
-- What policies ask, and what that asks in turn, where bodies are kept parsed.
asked (object, function) as (
  select a.object, d.refobjid
    from applied a
    join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = a.oid
                    and d.refclassid = 'pg_proc'::regclass
  union
  select a.object, d.refobjid
    from asked a
    join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = a.function
                    and d.refclassid = 'pg_proc'::regclass),
found (name, object, detail) as (
  select 'migrated', '', '' where exists (
    select from reach r join tables t on t.oid = r.relation join roles o on o.oid = r.role and o.name = $1)
union all
  select 'role-missing', w.name, '' from unnest(array[$1, $2, $3]) as w (name)
   where w.name not in (select name from roles)
union all
  select 'role-is-superuser', name, '' from roles where rolsuper
union all
  select 'role-bypasses-row-security', name, '' from roles where rolbypassrls and not rolsuper
union all
  select 'role-owns-tables', o.name, min(t.object) from roles o cross join tables t
   where not o.rolsuper and t.secured and not t.forced and pg_has_role(o.oid, t.owner, 'member') group by o.name
union all
  select 'role-reaches-server', h.name, g.rolname::text from held h cross join pg_roles g
   where g.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
     and pg_has_role(h.oid, g.oid, 'usage')
union all
  select 'login-is-superuser', rolname::text, '' from pg_roles where rolname = session_user and rolsuper
union all
  select 'set-config-callable', h.name, '' from held h
   where has_function_privilege(h.oid, 'pg_catalog.set_config(text,text,boolean)', 'execute')
union all
  select 'schema-creatable', s.name, h.name from spaces s cross join held h
   where has_schema_privilege(h.oid, s.oid, 'create')
union all
  select 'table-without-row-security', t.object, min(r.role_name)
    from tables t join reach r on r.relation = t.oid where not t.secured group by t.object
union all
  select 'table-without-policy', t.object, r.role_name
    from tables t join reach r on r.relation = t.oid
   where t.secured and not exists (
     select from applied a where a.relation = t.oid and a.role = r.role and a.permissive)
union all
  select 'truncate-granted', t.object, r.role_name from tables t join reach r on r.relation = t.oid
   where has_table_privilege(r.role, t.oid, 'truncate')
union all
  select 'foreign-table', f.object, min(r.role_name) from relations f join reach r on r.relation = f.oid
   where f.kind = 'f' and f.tenant is not null group by f.object
union all
  select 'policy-always-true', object, name || ' for ' || role_name from applied
   where permissive and always and (relation, role) not in (select relation, role from narrowed)
union all
  select 'policy-writes-anything', object, name || ' for ' || role_name from applied
   where permissive and writes_anything and always is not true
     and has_any_column_privilege(role, relation, 'insert,update')
     and (relation, role) not in (select relation, role from narrowed)
union all
  select distinct 'policy-without-tenant', a.object, a.name from applied a
   where a.permissive and not a.constant
     -- current_setting(), a subselect, current_user and its like
     and a.test !~ '\{(SUBLINK |FUNCEXPR :funcid (2077|3294) |SQLVALUEFUNCTION :op (9|10|11|12) )'
     and not exists (select from pg_depend d where d.classid = 'pg_policy'::regclass and d.objid = a.oid
                                               and d.refclassid = 'pg_proc'::regclass)
union all
  select distinct 'policy-function-immutable', f.object, a.object
    from asked a join functions f on f.oid = a.function
   where f.volatility = 'i' and f.language not in ('c', 'internal')
     and (f.arguments = 0 or f.source ~* 'current_setting|tenant'
          or pg_get_function_sqlbody(f.oid) ~* 'current_setting|tenant')
union all
  select distinct 'view-runs-as-owner', v.object, t.object
    from relations v join reach r on r.relation = v.oid join chains c on c.root = v.oid
    join tables t on t.oid = c.relation join unbound u on u.relation = t.oid and u.role = c.acting
   where v.kind = 'v'
union all
  select distinct 'materialized-view', v.object, coalesce(t.object, v.object)
    from relations v join reach r on r.relation = v.oid
    left join chains c on c.root = v.oid left join tables t on t.oid = c.relation
   where v.kind = 'm' and (v.tenant is not null or t.oid is not null)
union all
  select distinct 'function-runs-as-owner', f.object, o.rolname::text
    from functions f join pg_roles o on o.oid = f.owner cross join held h
   where f.definer and not f.for_triggers
     and has_schema_privilege(h.oid, f.space, 'usage') and has_function_privilege(h.oid, f.oid, 'execute')
     and exists (select from unbound u where u.role = f.owner)
union all
  select distinct 'trigger-runs-as-owner', t.object, f.object
    from functions f join pg_trigger g on g.tgfoid = f.oid and not g.tgisinternal
    join tables t on t.oid = g.tgrelid join reach r on r.relation = t.oid
   where f.definer and exists (select from unbound u where u.role = f.owner)
union all
  select distinct 'rule-runs-as-owner', t.object, w.rulename::text
    from tables t join reach r on r.relation = t.oid
    join pg_rewrite w on w.ev_class = t.oid and w.ev_type <> '1'
union all
  select distinct 'function-leakproof', f.object, '' from functions f cross join held h
   where f.leakproof and has_schema_privilege(h.oid, f.space, 'usage')
     and has_function_privilege(h.oid, f.oid, 'execute')
union all
  select distinct 'key-without-tenant', t.object, i.indexrelid::regclass::text
    from tables t join reach r on r.relation = t.oid join pg_index i on i.indrelid = t.oid
   where t.tenant is not null and (i.indisunique or i.indisexclusion) and i.indkey[0] <> t.tenant
union all
  select 'tenant-collation', t.object, c.collname::text
    from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum = t.tenant
    join pg_collation c on c.oid = a.attcollation
   where not c.collisdeterministic and exists (select from reach r where r.relation = t.oid)
union all
  select distinct 'foreign-key-without-tenant', t.object, k.conname::text
    from tables t join reach r on r.relation = t.oid
    join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
    join tables p on p.oid = k.confrelid
   where t.tenant is not null and p.tenant is not null
     and (array_position(k.conkey, t.tenant) is null
          or array_position(k.conkey, t.tenant) is distinct from array_position(k.confkey, p.tenant)))
select name, object, detail from found order by name, object, detail)sql";

}  // namespace tenon::postgres
