-- Users and their devices.

-- +goose Up
CREATE TABLE users (
    id    integer PRIMARY KEY,
    name  text NOT NULL
);
CREATE TABLE devices (
    id       integer PRIMARY KEY,
    user_id  integer NOT NULL REFERENCES users (id),
    label    text NOT NULL DEFAULT 'a;b'
);

-- +goose Down
DROP TABLE devices;
DROP TABLE users;
