A view over all columns of a table stands over them in the order of the model's table, whichever script made
them; rows that scripts put in once and then change are not put in again; a foreign tool's table is its own.
-- @revision r1
CREATE TABLE printers (id serial PRIMARY KEY, host text NOT NULL);
-- @revision r2
ALTER TABLE printers ADD COLUMN color boolean;
ALTER TABLE printers ADD COLUMN fax boolean;
CREATE OR REPLACE VIEW v_printers AS SELECT p.*, upper(p.host) AS shown FROM printers p;
-- @revision r3
CREATE TABLE settings (id serial PRIMARY KEY, number integer NOT NULL, name text, is_active boolean DEFAULT true);
CREATE TABLE marks (id serial PRIMARY KEY, field text, mark numeric);
-- @script columns.sql
ALTER TABLE printers ADD COLUMN IF NOT EXISTS fax boolean;
ALTER TABLE printers ADD COLUMN IF NOT EXISTS color boolean;
CREATE OR REPLACE VIEW v_printers AS SELECT p.*, upper(p.host) AS shown FROM printers p;
-- @script seeds.sql
INSERT INTO settings (number, name, is_active) VALUES (1, 'Default', TRUE);
INSERT INTO marks (field, mark) VALUES ('SaaS', 200.0), ('FinTech', 300.0) ON CONFLICT DO NOTHING;
UPDATE settings SET is_active = FALSE WHERE is_active = TRUE;
-- @script tool.sql
CREATE TABLE IF NOT EXISTS schema_migrations (id serial PRIMARY KEY, version text UNIQUE);
INSERT INTO schema_migrations (version) VALUES ('1') ON CONFLICT DO NOTHING;
