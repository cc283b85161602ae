-- Triggers that the restore lost, plus two helpers for the flags job.
-- Function bodies run when they are called, not here. Except the last one, which is called here.

CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger AS $$
BEGIN
    -- the chain writes now(), that is the start of the transaction; this one is the clock
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION audit_flag_change() RETURNS trigger AS $audit$
BEGIN
    INSERT INTO audit_logs (action, resource_type, resource_id, details)
    VALUES (lower(TG_OP), 'feature_flag', NEW.id::text, jsonb_build_object('key', NEW.flag_key));
    IF TG_OP = 'UPDATE' AND NEW.is_enabled IS DISTINCT FROM OLD.is_enabled THEN
        DELETE FROM feature_flag_overrides WHERE feature_flag_id = NEW.id AND expires_at < now();
    END IF;
    RETURN NEW;
END;
$audit$ LANGUAGE plpgsql;

DROP TRIGGER IF EXISTS trg_feature_flags_updated_at ON feature_flags;
CREATE TRIGGER trg_feature_flags_updated_at
    BEFORE UPDATE ON feature_flags
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE OR REPLACE TRIGGER trg_feature_flags_audit
    AFTER INSERT OR UPDATE ON feature_flags
    FOR EACH ROW EXECUTE PROCEDURE audit_flag_change();

-- organisations never had one
CREATE TRIGGER trg_organisations_updated_at
    BEFORE UPDATE ON organisations
    FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER IF NOT EXISTS trg_users_updated_at
    BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- only defined; the flags job calls it
CREATE FUNCTION ensure_flag(p_key text, p_name text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    INSERT INTO feature_flags (id, flag_key, name)
    VALUES (gen_random_uuid(), p_key, p_name)
    ON CONFLICT (flag_key) DO UPDATE SET name = EXCLUDED.name
    RETURNING id INTO v_id;
    RETURN v_id;
END;
$$;

CREATE OR REPLACE FUNCTION repair_modules() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    ALTER TABLE analytics_modules ADD COLUMN IF NOT EXISTS icon character varying(64);
    UPDATE analytics_modules SET icon = 'box' WHERE icon IS NULL;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END;
$$;

SELECT repair_modules();
