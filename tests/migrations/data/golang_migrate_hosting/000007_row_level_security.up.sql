-- A session sees the customer named by app.current_customer_id; support sees all.
CREATE FUNCTION current_customer() RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT nullif(current_setting(''app.current_customer_id'', true), '''')::bigint;';

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE sites ENABLE ROW LEVEL SECURITY;
ALTER TABLE domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE deployments ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_account ON customers
    USING (id = current_customer())
    WITH CHECK (id = current_customer());

CREATE POLICY own_sites ON sites
    USING (customer_id = current_customer())
    WITH CHECK (customer_id = current_customer());

CREATE POLICY support_reads ON sites FOR SELECT
    USING (current_setting('app.current_user_role', true) = 'support');

CREATE POLICY own_domains ON domains
    USING (EXISTS (SELECT FROM sites WHERE sites.id = domains.site_id));

CREATE POLICY own_deployments ON deployments FOR SELECT
    USING (EXISTS (SELECT FROM sites WHERE sites.id = deployments.site_id));
