-- As https://www.sqlite.org/lang_altertable.html section 7 has it, so that the orders survive: with foreign
-- keys on, DROP TABLE would delete every customer and with them, by CASCADE, every order.
PRAGMA foreign_keys=OFF;

BEGIN TRANSACTION;

CREATE TABLE new_customers (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL CHECK (name <> ''),
    email  TEXT UNIQUE
) STRICT;
INSERT INTO new_customers (id, name) SELECT id, name FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;
CREATE INDEX customers_name ON customers (name);

PRAGMA foreign_key_check;

COMMIT;

PRAGMA foreign_keys=ON;
