CREATE TABLE hosting_cost_records (
  customer_id INTEGER NOT NULL,
  site_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  amount TEXT NOT NULL CHECK (amount NOT LIKE '-%'),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000000),
  PRIMARY KEY (customer_id, site_id, day),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;
CREATE INDEX hosting_cost_records_by_day ON hosting_cost_records (customer_id, day);
