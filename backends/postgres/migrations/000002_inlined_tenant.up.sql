-- Makes tenon.tenant() an expression that the planner puts in its place, so that a policy costs no call of
-- PL/pgSQL for each scan and each row written. It stays as loud as it was.

-- The operator of nullif() is looked up here and now.
set local search_path = pg_catalog, pg_temp;

create function tenon.no_tenant() returns text
  language plpgsql stable parallel safe
as $$
begin
  raise exception 'no tenant is bound to this transaction'
    using errcode = '42501', hint = 'Use a TenantScope, or set app.tenant_id locally in the transaction.';
end
$$;

-- Inlined only while it is STABLE, neither STRICT nor SECURITY DEFINER, and without a SET clause. Its body is
-- kept parsed: no search_path of a caller chooses what the names in it mean.
create or replace function tenon.tenant() returns text
  language sql stable parallel safe
  return coalesce(nullif(pg_catalog.current_setting('app.tenant_id', true), ''), tenon.no_tenant());

-- Both rights are asked for wherever the expression stands, also where new functions are not given to PUBLIC.
-- Whoever may call no_tenant() gets an error and nothing else.
grant execute on function tenon.tenant() to tenon_app, tenon_read_only;
grant execute on function tenon.no_tenant() to public;

set local search_path to default;
