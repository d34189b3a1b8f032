BEGIN;

CREATE TABLE audit_log (
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    relation   text NOT NULL,
    operation  text NOT NULL,
    old_row    jsonb,
    new_row    jsonb
) PARTITION BY RANGE (at);

CREATE TABLE audit_log_rest PARTITION OF audit_log DEFAULT;
CREATE INDEX audit_log_newest ON audit_log (relation, at DESC);

CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $audit$
BEGIN
    INSERT INTO audit_log (relation, operation, old_row, new_row)
    VALUES (TG_TABLE_NAME, TG_OP,
            CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
            CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
    RETURN NULL;
END;
$audit$;

DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['customers', 'sites', 'domains'] LOOP
        EXECUTE format('CREATE TRIGGER %1$I AFTER INSERT OR UPDATE OR DELETE ON %2$I '
                       'FOR EACH ROW EXECUTE FUNCTION audit();', relation || '_audit', relation);
    END LOOP;
END;
$$;

-- Nothing that was logged is changed again; the deletes of retention go by partition.
CREATE RULE audit_log_keeps AS ON UPDATE TO audit_log DO INSTEAD (SELECT 1; SELECT 2);

COMMIT;
