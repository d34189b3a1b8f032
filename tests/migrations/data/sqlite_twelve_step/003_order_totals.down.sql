PRAGMA foreign_keys=off;
CREATE TABLE orders_old (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total        TEXT NOT NULL
);
INSERT INTO orders_old SELECT id, customer_id, printf('%.2f', cents / 100.0) FROM orders;
DROP TABLE orders;
ALTER TABLE orders_old RENAME TO orders;
CREATE TRIGGER orders_logged AFTER INSERT ON orders
BEGIN
    INSERT INTO [order log] VALUES (datetime('now'), CASE WHEN new.total > 100 THEN 'big;' ELSE 'small' END);
END;
