CREATE DOMAIN hostname AS text CHECK (VALUE ~ '^[a-z0-9.-]+$' AND length(VALUE) <= 253);

CREATE TABLE domains (
    name         hostname PRIMARY KEY,
    site_id      uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    is_primary   boolean NOT NULL DEFAULT false,
    verified_at  timestamptz,
    certificate  jsonb
);

CREATE UNIQUE INDEX domains_primary ON domains (site_id) WHERE is_primary;
CREATE INDEX domains_unverified ON domains (name) WHERE verified_at IS NULL;
