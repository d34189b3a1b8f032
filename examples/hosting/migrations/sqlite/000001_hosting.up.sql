-- The same product on SQLite, which has no policies: every table carries its customer, and leads its keys
-- with it, so that tenon's views can keep raw SQL to it.

CREATE TABLE hosting_customers (
  customer_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  plan TEXT NOT NULL DEFAULT 'basic',
  created_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000000)
) STRICT;

CREATE TABLE hosting_sites (
  customer_id INTEGER NOT NULL REFERENCES hosting_customers (customer_id),
  site_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  provider TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, site_id)
) STRICT;

CREATE TABLE hosting_deployments (
  customer_id INTEGER NOT NULL,
  deployment_id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'live', 'failed')),
  started_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, deployment_id),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;

CREATE TABLE hosting_ecommerce_integrations (
  customer_id INTEGER NOT NULL,
  integration_id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  platform TEXT NOT NULL,
  config TEXT NOT NULL,
  PRIMARY KEY (customer_id, integration_id),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;

CREATE TABLE hosting_cost_records (
  customer_id INTEGER NOT NULL,
  cost_id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  amount REAL NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (customer_id, cost_id),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;

CREATE VIEW hosting_customer_deployments AS SELECT * FROM hosting_deployments;
