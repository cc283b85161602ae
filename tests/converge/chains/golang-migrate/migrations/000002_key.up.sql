ALTER TABLE members ADD CONSTRAINT members_named FOREIGN KEY (name) REFERENCES teams (name);
