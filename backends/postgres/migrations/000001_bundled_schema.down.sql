-- Drops everything of the bundled schema except the roles, which belong to the whole cluster and may serve
-- other databases, and the schema itself, which holds the migration history.
drop table tenon.cache_metadata;
drop table tenon.incidents;
drop table tenon.analyses;
drop table tenon.policies;
drop function tenon.tenant();
revoke usage on schema tenon from tenon_app, tenon_read_only, tenon_administrator;
