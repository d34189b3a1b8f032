CREATE TABLE events (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text NOT NULL,
    payload  jsonb NOT NULL DEFAULT '{}',
    at       timestamptz NOT NULL DEFAULT now()
);
INSERT INTO events (kind, payload) SELECT 'kind' || n % 10, jsonb_build_object('n', n) FROM generate_series(1, 1000) n;
