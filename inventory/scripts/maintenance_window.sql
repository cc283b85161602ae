-- The window of Sunday night. Stops at the first error, so that we do not end up half way.
-- We ended up half way: psql commits each statement by itself.
\set ON_ERROR_STOP 1

ALTER TABLE organisations ADD COLUMN IF NOT EXISTS timezone character varying(64) NOT NULL DEFAULT 'Europe/London';
ALTER TABLE user_invitations ADD COLUMN IF NOT EXISTS invited_by uuid REFERENCES users (id);

UPDATE organisations SET timezone = 'Europe/Dublin' WHERE name LIKE '% Ireland';

-- Sunday 02:14, this is where it stopped
CREATE POLICY IF NOT EXISTS invitations_by_organisation ON user_invitations
    USING (EXISTS (SELECT 1 FROM users u WHERE u.id = user_invitations.user_id));

-- never reached
ALTER TABLE user_invitations ENABLE ROW LEVEL SECURITY;
CREATE INDEX IF NOT EXISTS idx_user_invitations_email ON user_invitations (email);
UPDATE user_invitations SET status = 'expired' WHERE expires_at < now() AND status = 'pending';
