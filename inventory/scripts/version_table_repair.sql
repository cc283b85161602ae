-- "Can't locate revision identified by '010_user_profile'". The version table holds two rows and a
-- name that no file has. After this it holds one.

CREATE TABLE IF NOT EXISTS alembic_version (
    version_num character varying(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- long names do not fit into 32
ALTER TABLE alembic_version ALTER COLUMN version_num TYPE character varying(128);

DELETE FROM alembic_version WHERE version_num NOT IN ('009', '010_add_user_profile_fields');

UPDATE alembic_version
SET version_num = '010_add_user_profile_fields'
WHERE version_num = '010_user_profile';

DO $$
DECLARE
    n integer;
BEGIN
    SELECT count(*) INTO n FROM alembic_version;
    IF n > 1 THEN
        DELETE FROM alembic_version WHERE version_num = '009';
    ELSIF n = 0 THEN
        INSERT INTO alembic_version (version_num) VALUES ('010_add_user_profile_fields');
    END IF;
END
$$;

-- what 010 should have done. One index of its is enough, the pages are slow.
CREATE INDEX IF NOT EXISTS idx_users_department ON users (department);

SELECT version_num FROM alembic_version;
