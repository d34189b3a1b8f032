PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE old_customers (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL
);
INSERT INTO old_customers SELECT id, name FROM customers;
DROP TABLE customers;
ALTER TABLE old_customers RENAME TO customers;
COMMIT;
PRAGMA foreign_keys=ON;
