ALTER TABLE feature_flags ADD COLUMN IF NOT EXISTS owner_email varchar(255);

-- the next one never runs when the python file runs this: its chunk starts with this comment
ALTER TABLE feature_flags ADD COLUMN IF NOT EXISTS reviewed_at timestamptz;

CREATE INDEX IF NOT EXISTS idx_feature_flags_owner_email ON feature_flags (owner_email);

/* the block comment does not start with two dashes, so this one runs */
UPDATE feature_flags SET owner_email = 'flags@zebra.example.com' WHERE owner_email IS NULL;
