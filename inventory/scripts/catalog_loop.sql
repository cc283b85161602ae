-- Every table gets created_at and a grant. Yes, every table. Also the version table, it turned out.

DO $$
DECLARE
    r record;
BEGIN
    FOR r IN
        SELECT tablename
        FROM pg_tables
        WHERE schemaname = 'public'
        ORDER BY tablename
    LOOP
        EXECUTE 'ALTER TABLE public.' || quote_ident(r.tablename)
            || ' ADD COLUMN IF NOT EXISTS created_at timestamptz DEFAULT now()';
        EXECUTE format('GRANT SELECT ON TABLE public.%I TO PUBLIC', r.tablename);
    END LOOP;
END
$$;

-- foreign keys without an index
DO $$
DECLARE
    fk record;
BEGIN
    FOR fk IN
        SELECT c.conrelid::regclass AS tab, a.attname AS col
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1
    LOOP
        BEGIN
            EXECUTE format('CREATE INDEX IF NOT EXISTS idx_fk_%s_%s ON %s (%I)', fk.tab, fk.col, fk.tab, fk.col);
        EXCEPTION
            WHEN OTHERS THEN
                RAISE NOTICE 'no index on %.%: %', fk.tab, fk.col, SQLERRM;
        END;
    END LOOP;
END
$$;

-- all identity sequences of the usage tables, names differ between the databases
DO $$
DECLARE
    v_table text;
    v_sql text;
BEGIN
    FOR v_table IN
        SELECT table_name
        FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name LIKE '%\_usage%'
    LOOP
        v_sql := 'DELETE FROM ' || quote_ident(v_table) || ' WHERE organisation_id IS NULL';
        RAISE NOTICE '%', v_sql;
        EXECUTE v_sql;
    END LOOP;
END
$$;

UPDATE analytics_modules SET created_at = now() WHERE created_at IS NULL;
