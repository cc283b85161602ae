-- +goose Up
CREATE TABLE posts (id int NOT NULL, title text, body text, PRIMARY KEY (id));
-- +goose StatementBegin
CREATE FUNCTION touch() RETURNS trigger AS $$
BEGIN
  NEW.title := upper(NEW.title);
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER posts_touch BEFORE INSERT OR UPDATE OF title ON posts FOR EACH ROW EXECUTE PROCEDURE touch();

-- +goose Down
DROP TABLE posts;
DROP FUNCTION touch();
