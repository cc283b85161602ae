-- Tables that production does not have although 003 and 004 are "done".
-- Columns copied from the models by hand at 2 a.m., so look twice before you trust a default.
-- Fits a database whose chain stopped after 001.

CREATE EXTENSION IF NOT EXISTS pgcrypto;

CREATE TABLE IF NOT EXISTS sic_codes (
    code character varying(10) PRIMARY KEY,
    section character varying(1) NOT NULL,
    title character varying(500) NOT NULL,
    is_supported boolean NOT NULL DEFAULT false
);

CREATE TABLE IF NOT EXISTS analytics_modules (
    id character varying(255) PRIMARY KEY,
    name character varying(255) NOT NULL,
    description text,
    module_type character varying(50) NOT NULL DEFAULT 'analytics',
    status character varying(50) NOT NULL DEFAULT 'development',
    version character varying(50) NOT NULL DEFAULT '1.0.0',
    is_core boolean DEFAULT false,
    requires_license boolean DEFAULT false,
    default_config jsonb DEFAULT '{}'::jsonb,
    pricing_tier character varying(50),
    created_at timestamp DEFAULT now(),
    updated_at timestamp
);

CREATE TABLE IF NOT EXISTS feature_flags (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    flag_key character varying(255) NOT NULL UNIQUE,
    name character varying(255) NOT NULL,
    description text,
    is_enabled boolean DEFAULT false,
    default_value boolean DEFAULT false,
    rollout_percentage integer DEFAULT 0,
    scope character varying(50) DEFAULT 'global',
    environment character varying(50),
    conditions jsonb,
    created_by uuid REFERENCES users (id),
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone
);

CREATE TABLE IF NOT EXISTS feature_flag_overrides (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    feature_flag_id uuid NOT NULL REFERENCES feature_flags (id) ON DELETE CASCADE,
    organisation_id uuid REFERENCES organisations (id),
    user_id uuid REFERENCES users (id),
    enabled boolean NOT NULL,
    override_value jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS organisation_modules (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    module_id character varying(255) NOT NULL REFERENCES analytics_modules (id),
    is_enabled boolean NOT NULL DEFAULT true,
    configuration jsonb NOT NULL DEFAULT '{}'::jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz,
    CONSTRAINT uq_organisation_modules_pair UNIQUE (organisation_id, module_id)
);

CREATE TABLE IF NOT EXISTS feature_flag_usage (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    feature_flag_id uuid NOT NULL REFERENCES feature_flags (id) ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations (id),
    user_id uuid REFERENCES users (id),
    was_enabled boolean NOT NULL,
    evaluation_context jsonb,
    accessed_at timestamptz NOT NULL DEFAULT now()
);

-- the import page asks for this one; no migration has it
CREATE TABLE IF NOT EXISTS local_insights (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    title character varying(255) NOT NULL,
    body text NOT NULL DEFAULT '',
    score numeric(5, 2),
    is_archived boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ck_local_insights_score CHECK (score IS NULL OR score BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS idx_feature_flag_usage_flag ON feature_flag_usage (feature_flag_id, accessed_at);
CREATE INDEX IF NOT EXISTS idx_feature_flags_enabled ON feature_flags (is_enabled);
CREATE INDEX IF NOT EXISTS idx_organisation_modules_enabled ON organisation_modules (organisation_id, is_enabled);
CREATE INDEX IF NOT EXISTS idx_local_insights_org ON local_insights (organisation_id)
    WHERE NOT is_archived;

COMMENT ON TABLE local_insights IS 'made by hand, put it in a migration';
