-- A site's id is one for all customers, for other tables refer to it alone.
create table hosting.sites (
  site_id uuid primary key,
  customer_id bigint not null references hosting.customers,
  domain text collate "C" not null,
  name text collate "C" not null,
  provider text collate "C" not null,
  deployments bigint not null default 0,
  deleted_at timestamptz,
  created_at timestamptz not null,
  unique (customer_id, site_id)
);
create unique index sites_live_domain on hosting.sites (customer_id, domain) where deleted_at is null;

create table hosting.deployments (
  site_id uuid not null references hosting.sites,
  number bigint not null,
  version text not null,
  status text collate "C" not null check (status in ('pending', 'building', 'live', 'failed', 'superseded')),
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (site_id, number)
);
create unique index deployments_one_live on hosting.deployments (site_id) where status = 'live';

alter table hosting.sites enable row level security;
create policy own on hosting.sites to hosting_customer, hosting_reader
  using (customer_id = hosting.current_customer()) with check (customer_id = hosting.current_customer());
create policy every on hosting.sites for select to hosting_administrator using (hosting.is_administrator());

-- A deployment knows its site only.
alter table hosting.deployments enable row level security;
create policy own on hosting.deployments to hosting_customer, hosting_reader
  using (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));
create policy every on hosting.deployments for select to hosting_administrator using (hosting.is_administrator());

-- For repositories, which name the tenant in every statement: with the rights and policies of the caller.
create view hosting.customer_deployments with (security_invoker = true) as
  select s.customer_id, d.site_id, d.number, d.version, d.status, d.started_at, d.finished_at
    from hosting.deployments d join hosting.sites s on s.site_id = d.site_id;

grant select, insert, update, delete on hosting.sites, hosting.deployments to hosting_customer;
grant select on hosting.sites, hosting.deployments to hosting_reader, hosting_administrator;
grant select on hosting.customer_deployments to hosting_customer, hosting_reader, hosting_administrator;
