-- The roles belong to the whole cluster and stay.
drop table hosting.users;
drop table hosting.customers;
drop function hosting.is_administrator();
drop function hosting.current_customer();
drop schema hosting;
