-- Trying the unique index first; if it hurts, back to the savepoint and do the harmless half.

BEGIN;

ALTER TABLE organisations ADD COLUMN IF NOT EXISTS display_name character varying(255);

SAVEPOINT before_unique;
UPDATE organisations SET display_name = name;
CREATE UNIQUE INDEX uq_organisations_display_name ON organisations (display_name);
ROLLBACK TO SAVEPOINT before_unique;

-- the harmless half
CREATE INDEX IF NOT EXISTS idx_organisations_display_name ON organisations (display_name);

SAVEPOINT extra;
ALTER TABLE organisations ALTER COLUMN display_name SET DEFAULT '';
RELEASE SAVEPOINT extra;

COMMIT;

BEGIN;
-- and this I typed into the wrong window; aborted it
DELETE FROM organisations WHERE name LIKE 'Test %';
ABORT;
