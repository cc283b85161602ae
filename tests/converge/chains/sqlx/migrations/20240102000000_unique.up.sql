ALTER TABLE jobs ADD UNIQUE (payload);
