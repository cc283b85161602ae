-- +goose Up
DROP FUNCTION touch();
-- +goose Down
SELECT 1;
