-- The same product on SQLite, which has no policies: every table carries its customer, and leads its keys
-- with it, so that tenon's views can keep raw SQL to it.

-- Customer 0 is the house itself.
CREATE TABLE hosting_customers (
  customer_id INTEGER PRIMARY KEY CHECK (customer_id >= 0),
  name TEXT NOT NULL,
  plan TEXT NOT NULL DEFAULT 'basic' CHECK (plan IN ('basic', 'business')),
  created_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000000)
) STRICT;

CREATE TABLE hosting_users (
  customer_id INTEGER NOT NULL REFERENCES hosting_customers (customer_id),
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('customer', 'viewer', 'administrator')),
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, email),
  CONSTRAINT administrators_are_of_the_house CHECK ((role = 'administrator') = (customer_id = 0))
) STRICT;
