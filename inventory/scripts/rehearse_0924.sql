-- Rehearsal for the maintenance window. Ends in ROLLBACK on purpose, change the last line on the day.
-- Nobody changed the last line on the day.

BEGIN;

ALTER TABLE users ADD COLUMN manager_id uuid REFERENCES users (id);
CREATE INDEX idx_users_manager ON users (manager_id);

ALTER TABLE organisations
    ADD COLUMN region character varying(50) NOT NULL DEFAULT 'UK',
    DROP COLUMN industry;

CREATE TABLE regions (
    code character varying(10) PRIMARY KEY,
    name character varying(100) NOT NULL
);
INSERT INTO regions (code, name) VALUES ('UK', 'United Kingdom'), ('IE', 'Ireland');

UPDATE users SET is_active = false WHERE last_login_at < now() - interval '1 year';
DELETE FROM audit_logs WHERE created_at < now() - interval '2 years';

SELECT count(*) AS inactive FROM users WHERE NOT is_active;

ROLLBACK;
