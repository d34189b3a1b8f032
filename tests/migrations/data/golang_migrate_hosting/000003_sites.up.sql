begin;

create table sites (
    id           uuid primary key default gen_random_uuid(),
    customer_id  bigint not null references customers (id) on delete cascade,
    server_id    bigint references servers (id),
    name         text not null,
    php_version  numeric(3, 1) not null default 8.2,
    state        text not null default 'pending',
    config       jsonb not null default '{"https": true}',
    deleted_at   timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now()
);

create unique index sites_name on sites (customer_id, name) where deleted_at is null;
create index sites_of_server on sites (server_id) where deleted_at is null and state = 'live';
create index sites_config on sites using gin (config);

create trigger sites_updated before update on sites
    for each row when (old.* is distinct from new.*) execute function set_updated_at();

comment on column sites.php_version is 'major.minor; what runs is in "servers"."facts"';

end;
