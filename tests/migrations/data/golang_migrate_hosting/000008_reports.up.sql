BEGIN TRANSACTION;

CREATE VIEW live_sites WITH (security_invoker = false) AS
SELECT s.id, s.name, c.name AS "customer; as billed", d.name AS domain
FROM sites s
JOIN customers c ON c.id = s.customer_id
LEFT JOIN domains d ON d.site_id = s.id AND d.is_primary
WHERE s.state = 'live' AND s.deleted_at IS NULL;

CREATE MATERIALIZED VIEW sites_per_server AS
SELECT server_id, count(*) AS sites FROM sites WHERE deleted_at IS NULL GROUP BY server_id
WITH NO DATA;

CREATE UNIQUE INDEX sites_per_server_key ON sites_per_server (server_id);

CREATE FUNCTION size_of(sites bigint) RETURNS text LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE
        WHEN sites IS NULL THEN 'unknown'
        WHEN sites > 100 THEN CASE WHEN sites > 1000 THEN 'huge' ELSE 'large' END
        ELSE 'small; or empty'
    END;
END;

CREATE PROCEDURE retire_server(retired bigint) LANGUAGE sql
BEGIN ATOMIC
    UPDATE sites SET server_id = NULL WHERE server_id = retired;
    DELETE FROM servers WHERE id = retired;
END;

COMMIT TRANSACTION;
