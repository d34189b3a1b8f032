-- Of the time since tenon: the table has its customer, so that repositories write it. Its policy goes through
-- sites like the others.
create table hosting.cost_records (
  customer_id bigint not null default hosting.current_customer(),
  site_id uuid not null,
  day date not null,
  amount numeric not null check (amount >= 0),
  updated_at timestamptz not null default now(),
  primary key (customer_id, site_id, day),
  foreign key (customer_id, site_id) references hosting.sites (customer_id, site_id)
);
create index cost_records_by_day on hosting.cost_records (customer_id, day);

alter table hosting.cost_records enable row level security;
create policy own on hosting.cost_records to hosting_customer, hosting_reader
  using (customer_id = hosting.current_customer()
         and site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (customer_id = hosting.current_customer()
              and site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));
create policy every on hosting.cost_records for select to hosting_administrator using (hosting.is_administrator());

grant select, insert, update, delete on hosting.cost_records to hosting_customer;
grant select on hosting.cost_records to hosting_reader, hosting_administrator;
