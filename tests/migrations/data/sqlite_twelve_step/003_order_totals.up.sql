-- The same without BEGIN and COMMIT, as where a tool brings the transaction.
PRAGMA foreign_keys=off;
CREATE TABLE orders_new (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    cents        INTEGER NOT NULL
);
INSERT INTO orders_new SELECT id, customer_id, CAST(round(total * 100) AS INTEGER) FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
CREATE TRIGGER orders_logged AFTER INSERT ON orders
BEGIN
    INSERT INTO [order log] VALUES (datetime('now'), CASE WHEN new.cents > 10000 THEN 'big;' ELSE 'small' END);
END;
