-- migrate:up
ALTER TABLE users ALTER COLUMN name TYPE integer;
-- migrate:down
SELECT 1;
