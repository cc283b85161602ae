CREATE TABLE jobs (id bigint GENERATED ALWAYS AS IDENTITY, payload json NOT NULL, run_at timestamptz DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX jobs_run_at ON jobs (run_at) INCLUDE (id);
