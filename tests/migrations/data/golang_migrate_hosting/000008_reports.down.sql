DROP PROCEDURE retire_server(bigint);
DROP FUNCTION size_of(bigint);
DROP MATERIALIZED VIEW sites_per_server;
DROP VIEW live_sites;
