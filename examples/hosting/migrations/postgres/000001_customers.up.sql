-- The product's own roles, and the settings that its policies read.

do $$
declare
  wanted text;
  modern constant boolean := current_setting('server_version_num')::integer >= 160000;
begin
  foreach wanted in array array['hosting_customer', 'hosting_reader', 'hosting_administrator'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null;  -- made at the same moment from another database of the cluster
    end;
    if not pg_has_role(session_user, wanted, case when modern then 'set' else 'member' end) then
      execute format('grant %I to %I%s', wanted, session_user,
                     case when modern then ' with inherit false, set true' else '' end);
    end if;
  end loop;
end
$$;

create schema hosting;
grant usage on schema hosting to hosting_customer, hosting_reader, hosting_administrator;

create function hosting.current_customer() returns bigint
  language sql stable
  as $$ select nullif(current_setting('app.current_customer_id', true), '')::bigint $$;

create function hosting.is_administrator() returns boolean
  language sql stable
  as $$ select coalesce(current_setting('app.current_user_role', true), '') = 'administrator' $$;

-- Customer 0 is the house itself.
create table hosting.customers (
  customer_id bigint primary key check (customer_id >= 0),
  name text collate "C" not null,
  plan text collate "C" not null default 'basic' check (plan in ('basic', 'business')),
  created_at timestamptz not null default now()
);

create table hosting.users (
  customer_id bigint not null references hosting.customers,
  email text collate "C" not null,
  role text collate "C" not null check (role in ('customer', 'viewer', 'administrator')),
  password_hash text not null,
  created_at timestamptz not null,
  primary key (customer_id, email),
  constraint administrators_are_of_the_house check ((role = 'administrator') = (customer_id = 0))
);

alter table hosting.customers enable row level security;
create policy own on hosting.customers to hosting_customer, hosting_reader
  using (customer_id = hosting.current_customer()) with check (customer_id = hosting.current_customer());
create policy every on hosting.customers for select to hosting_administrator using (hosting.is_administrator());

alter table hosting.users enable row level security;
create policy own on hosting.users to hosting_customer
  using (customer_id = hosting.current_customer()) with check (customer_id = hosting.current_customer());

grant select, insert, update, delete on hosting.customers, hosting.users to hosting_customer;
grant select on hosting.customers to hosting_reader, hosting_administrator;
