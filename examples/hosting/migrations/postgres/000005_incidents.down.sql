drop policy hosting_every on tenon.incidents;
drop policy hosting_own on tenon.incidents;
revoke all on tenon.incidents from hosting_customer, hosting_reader, hosting_administrator;
revoke usage on schema tenon from hosting_customer, hosting_reader, hosting_administrator;
