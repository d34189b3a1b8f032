-- The schema of a hosting product as it was before tenon: its own roles and settings, and policies of which
-- some join through `sites`, for deployments, integrations and costs know their site only.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['hosting_customer', 'hosting_reader', 'hosting_administrator'] loop
    begin
      execute format('create role %I nologin', wanted);
    exception when duplicate_object or unique_violation then
      null;
    end;
    execute format('grant %I to %I', wanted, session_user);
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

create table hosting.customers (
  customer_id bigint primary key,
  name text not null,
  plan text not null default 'basic',
  created_at timestamptz not null default now()
);

-- A site's number is one for all customers, for other tables refer to it alone.
create table hosting.sites (
  site_id bigint primary key,
  customer_id bigint not null references hosting.customers,
  name text not null,
  domain text not null,
  provider text not null,
  created_at timestamptz not null,
  unique (customer_id, site_id)
);

create table hosting.deployments (
  deployment_id bigint primary key,
  site_id bigint not null references hosting.sites,
  version text not null,
  status text not null check (status in ('pending', 'live', 'failed')),
  started_at timestamptz not null
);
create index on hosting.deployments (site_id);

create table hosting.ecommerce_integrations (
  integration_id bigint primary key,
  site_id bigint not null references hosting.sites,
  platform text not null,
  config json not null
);
create index on hosting.ecommerce_integrations (site_id);

create table hosting.cost_records (
  cost_id bigint primary key,
  site_id bigint not null references hosting.sites,
  day date not null,
  amount double precision not null check (amount >= 0)
);
create index on hosting.cost_records (site_id);

alter table hosting.customers enable row level security;
alter table hosting.sites enable row level security;
alter table hosting.deployments enable row level security;
alter table hosting.ecommerce_integrations enable row level security;
alter table hosting.cost_records enable row level security;

create policy own on hosting.customers to hosting_customer, hosting_reader
  using (customer_id = hosting.current_customer()) with check (customer_id = hosting.current_customer());
create policy own on hosting.sites to hosting_customer, hosting_reader
  using (customer_id = hosting.current_customer()) with check (customer_id = hosting.current_customer());
create policy own on hosting.deployments to hosting_customer, hosting_reader
  using (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));
create policy own on hosting.ecommerce_integrations to hosting_customer, hosting_reader
  using (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));
create policy own on hosting.cost_records to hosting_customer, hosting_reader
  using (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));

create policy every on hosting.customers for select to hosting_administrator using (hosting.is_administrator());
create policy every on hosting.sites for select to hosting_administrator using (hosting.is_administrator());
create policy every on hosting.deployments for select to hosting_administrator using (hosting.is_administrator());
create policy every on hosting.ecommerce_integrations for select to hosting_administrator
  using (hosting.is_administrator());
create policy every on hosting.cost_records for select to hosting_administrator using (hosting.is_administrator());

-- For repositories, which name the tenant in every statement: with the rights and policies of the caller.
create view hosting.customer_deployments with (security_invoker = true) as
  select s.customer_id, d.deployment_id, d.site_id, d.version, d.status, d.started_at
    from hosting.deployments d join hosting.sites s on s.site_id = d.site_id;

grant select, insert, update, delete on all tables in schema hosting to hosting_customer;
grant select on all tables in schema hosting to hosting_reader, hosting_administrator;
