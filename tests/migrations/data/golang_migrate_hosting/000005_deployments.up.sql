CREATE TABLE deployments (
    id           bigint GENERATED ALWAYS AS IDENTITY,
    site_id      uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    started_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    outcome      text CHECK (outcome IN ('ok', 'failed')),
    log          text NOT NULL DEFAULT '',
    PRIMARY KEY (site_id, id)
);

CREATE FUNCTION deployment_finished() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    message text := format($fmt$site %s: %s; see the log$fmt$, NEW.site_id, NEW.outcome);
BEGIN
    IF NEW.outcome = 'ok' THEN
        UPDATE sites SET state = 'live' WHERE id = NEW.site_id AND state <> 'live';
    ELSE
        -- The quote in "don't" and the $ in $1 must not end anything.
        EXECUTE 'UPDATE sites SET state = ''failed'' WHERE id = $1' USING NEW.site_id;
    END IF;
    PERFORM pg_notify('deployments', message);
    RETURN NULL;
END;
$body$;

CREATE TRIGGER deployments_finished AFTER UPDATE OF outcome ON deployments
    FOR EACH ROW WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION deployment_finished();
