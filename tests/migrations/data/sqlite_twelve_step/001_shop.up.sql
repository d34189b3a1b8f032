PRAGMA foreign_keys = ON;

CREATE TABLE customers (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL
);

CREATE TABLE orders (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total        TEXT NOT NULL
);

CREATE TABLE [order log] (`at` TEXT, "what; exactly" TEXT);

CREATE TRIGGER orders_logged AFTER INSERT ON orders
BEGIN
    INSERT INTO [order log] VALUES (datetime('now'), CASE WHEN new.total > 100 THEN 'big;' ELSE 'small' END);
END;

INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace');
INSERT INTO orders VALUES (1, 1, '10.50'), (2, 2, '200.00'), (3, 2, '7.25');
