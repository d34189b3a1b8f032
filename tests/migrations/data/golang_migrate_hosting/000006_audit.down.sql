DROP TRIGGER customers_audit ON customers;
DROP TRIGGER sites_audit ON sites;
DROP TRIGGER domains_audit ON domains;
DROP FUNCTION audit();
DROP TABLE audit_log;
