CREATE TABLE person (id serial PRIMARY KEY, name text NOT NULL, published timestamptz DEFAULT now());
CREATE TABLE post (id serial PRIMARY KEY, creator_id int REFERENCES person ON UPDATE CASCADE ON DELETE CASCADE, score int);
CREATE VIEW post_view AS
WITH ranked AS (SELECT p.*, rank() OVER (PARTITION BY p.creator_id ORDER BY p.score DESC) AS place FROM post p)
SELECT r.*, u.name AS creator_name FROM ranked r JOIN person u ON u.id = r.creator_id
UNION ALL
SELECT r.*, NULL FROM ranked r WHERE r.creator_id IS NULL;
