-- Credentials are encrypted before they come here; key_id names the key, which is kept elsewhere.
create table hosting.ecommerce_integrations (
  integration_id uuid primary key,
  site_id uuid not null references hosting.sites,
  platform text collate "C" not null check (platform in ('shopify', 'woocommerce', 'magento')),
  shop_url text not null,
  key_id text collate "C" not null,
  nonce bytea not null check (octet_length(nonce) = 12),
  sealed_credentials bytea not null,
  created_at timestamptz not null,
  unique (site_id, platform)
);

alter table hosting.ecommerce_integrations enable row level security;
create policy own on hosting.ecommerce_integrations to hosting_customer, hosting_reader
  using (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()))
  with check (site_id in (select s.site_id from hosting.sites s where s.customer_id = hosting.current_customer()));
create policy every on hosting.ecommerce_integrations for select to hosting_administrator
  using (hosting.is_administrator());

create view hosting.customer_integrations with (security_invoker = true) as
  select s.customer_id, i.integration_id, i.site_id, i.platform, i.shop_url, i.key_id, i.nonce, i.sealed_credentials,
         i.created_at
    from hosting.ecommerce_integrations i join hosting.sites s on s.site_id = i.site_id;

grant select, insert, update, delete on hosting.ecommerce_integrations to hosting_customer;
grant select on hosting.ecommerce_integrations to hosting_reader, hosting_administrator;
grant select on hosting.customer_integrations to hosting_customer, hosting_reader, hosting_administrator;
