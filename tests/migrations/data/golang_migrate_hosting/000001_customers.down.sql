BEGIN;
DROP TABLE customers;
DROP FUNCTION set_updated_at();
COMMIT;
