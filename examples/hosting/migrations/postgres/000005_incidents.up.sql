-- tenon's incidents under this product's roles and settings; tenon's own policies are for the roles of tenon.
grant usage on schema tenon to hosting_customer, hosting_reader, hosting_administrator;
grant select, insert, update, delete on tenon.incidents to hosting_customer;
grant select on tenon.incidents to hosting_reader, hosting_administrator;

create policy hosting_own on tenon.incidents to hosting_customer, hosting_reader
  using (tenant_id = hosting.current_customer()::text) with check (tenant_id = hosting.current_customer()::text);
create policy hosting_every on tenon.incidents for select to hosting_administrator
  using (hosting.is_administrator());
