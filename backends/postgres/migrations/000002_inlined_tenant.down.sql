create or replace function tenon.tenant() returns text
  language plpgsql stable parallel safe
as $$
declare
  bound constant text := pg_catalog.current_setting('app.tenant_id', true);
begin
  if bound is null or bound operator(pg_catalog.=) '' then
    raise exception 'no tenant is bound to this transaction'
      using errcode = '42501', hint = 'Use a TenantScope, or set app.tenant_id locally in the transaction.';
  end if;
  return bound;
end
$$;
drop function tenon.no_tenant();
revoke execute on function tenon.tenant() from tenon_app, tenon_read_only;
