ALTER TABLE members DROP CONSTRAINT members_named;
