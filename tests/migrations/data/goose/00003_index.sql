-- +goose NO TRANSACTION

-- +goose Up
CREATE INDEX CONCURRENTLY devices_of_user ON devices (user_id);

-- +goose Down
DROP INDEX CONCURRENTLY devices_of_user;
