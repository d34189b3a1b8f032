-- tenon:no-transaction
--
-- In batches that are kept one by one, because the procedure commits.
ALTER TABLE events ADD COLUMN IF NOT EXISTS number bigint;

CREATE OR REPLACE PROCEDURE number_events(batch int) LANGUAGE plpgsql AS $$
BEGIN
    LOOP
        UPDATE events SET number = (payload ->> 'n')::bigint
        WHERE id IN (SELECT id FROM events WHERE number IS NULL LIMIT batch);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END;
$$;

CALL number_events(300);
DROP PROCEDURE number_events;
