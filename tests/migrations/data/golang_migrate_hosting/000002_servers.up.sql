CREATE TYPE server_role AS ENUM ('web', 'database', 'mail');

CREATE TABLE servers (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hostname  text NOT NULL UNIQUE,
    role      server_role NOT NULL,
    region    text NOT NULL,
    capacity  integer NOT NULL CHECK (capacity > 0),
    facts     jsonb NOT NULL DEFAULT '{}',
    labels    text[] NOT NULL DEFAULT '{}'
);

CREATE INDEX servers_facts ON servers USING gin (facts jsonb_path_ops);
CREATE INDEX servers_labels ON servers USING gin (labels);
CREATE INDEX servers_web ON servers (region, capacity DESC) WHERE role = 'web';
