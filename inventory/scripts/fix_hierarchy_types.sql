-- organisation_hierarchy.level: the chain (008) makes an enum in capitals, the API sends lower case,
-- the ORM on the second worker sends varchar. "operator does not exist: hierarchylevel = character varying".
-- Run at 008 or later. Everything becomes text, then nobody can complain.

BEGIN;

-- the view holds the column
DROP VIEW IF EXISTS active_hierarchy;

ALTER TABLE organisation_hierarchy
    ALTER COLUMN level TYPE character varying(20) USING lower(level::text),
    ALTER COLUMN level SET DEFAULT 'organization',
    ALTER COLUMN hierarchy_path TYPE text;

-- user_hierarchy_assignments.role: same trouble, other enum
ALTER TABLE user_hierarchy_assignments ALTER COLUMN role DROP DEFAULT;
ALTER TABLE user_hierarchy_assignments
    ALTER COLUMN role TYPE character varying(20) USING role::text;
ALTER TABLE user_hierarchy_assignments ALTER COLUMN role SET DEFAULT 'viewer';
ALTER TABLE user_hierarchy_assignments ALTER role DROP NOT NULL;

-- nothing uses the type any more
DROP TYPE IF EXISTS hierarchylevel;

-- for the two places that still cast
CREATE DOMAIN hierarchy_level_text AS character varying(20)
    CHECK (VALUE IN ('organization', 'location', 'department', 'user'));

CREATE VIEW active_hierarchy AS
SELECT h.id, h.organisation_id, h.level, h.hierarchy_path, count(a.id) AS members
FROM organisation_hierarchy h
LEFT JOIN user_hierarchy_assignments a ON a.node_id = h.id
WHERE h.is_active
GROUP BY h.id;

COMMIT;

-- the old spelling of the plan names, while we are here
ALTER TYPE subscriptionplan RENAME VALUE 'professional' TO 'pro';
ALTER TYPE moduletype RENAME TO module_type;
ALTER TABLE organisations ALTER COLUMN subscription_plan SET DEFAULT 'starter';
