-- Several statements, none in a transaction: a failure in the last leaves the first two done.
CREATE INDEX CONCURRENTLY events_payload ON events USING gin (payload);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS events_n ON events ((payload ->> 'n'));
REINDEX INDEX CONCURRENTLY events_kind;
VACUUM (ANALYZE) events;
