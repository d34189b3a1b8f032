CREATE TABLE hosting_sites (
  customer_id INTEGER NOT NULL REFERENCES hosting_customers (customer_id),
  site_id TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  provider TEXT NOT NULL,
  deployments INTEGER NOT NULL DEFAULT 0,
  deleted_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, site_id)
) STRICT;
CREATE UNIQUE INDEX hosting_sites_live_domain ON hosting_sites (customer_id, domain) WHERE deleted_at IS NULL;

CREATE TABLE hosting_deployments (
  customer_id INTEGER NOT NULL,
  site_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'building', 'live', 'failed', 'superseded')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (customer_id, site_id, number),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;
CREATE UNIQUE INDEX hosting_deployments_one_live ON hosting_deployments (customer_id, site_id) WHERE status = 'live';

CREATE VIEW hosting_customer_deployments AS SELECT * FROM hosting_deployments;
