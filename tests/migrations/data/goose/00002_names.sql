-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION trimmed_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name = btrim(NEW.name);
    RETURN NEW;
END;
$$
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_name BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION trimmed_name()
-- +goose StatementEnd
INSERT INTO users VALUES (1, ' ada '), (2, 'grace');

-- +goose Down
DELETE FROM users;
DROP TRIGGER users_name ON users;
-- +goose StatementBegin
DROP FUNCTION trimmed_name();
-- +goose StatementEnd
