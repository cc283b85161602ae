-- emergency_missing_tables.sql, run by apply_sql_file.py
-- tables that the service asks for at start

CREATE TABLE IF NOT EXISTS module_configurations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    module_id VARCHAR(255) NOT NULL,
    settings JSONB
);

CREATE TABLE IF NOT EXISTS industry_templates (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sic_code VARCHAR(10) REFERENCES sic_codes(code),
    template_name VARCHAR(255) NOT NULL,
    template_data JSONB NOT NULL DEFAULT '{}'
);

CREATE INDEX IF NOT EXISTS idx_industry_templates_sic ON industry_templates (sic_code);

-- keep the timestamps right
CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger AS $$
BEGIN
    NEW.updated_at = CURRENT_TIMESTAMP;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

/* the seed; title has a semicolon; on purpose */
INSERT INTO sic_codes (code, section, title, is_supported)
VALUES ('56101', 'I', 'Licensed restaurants; others', true)
ON CONFLICT (code) DO NOTHING;

ALTER TABLE organisation_modules ADD COLUMN IF NOT EXISTS license_key VARCHAR(64);
