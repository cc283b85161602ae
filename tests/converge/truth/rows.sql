-- case: insert
CREATE TABLE t (id serial PRIMARY KEY, a integer NOT NULL, b text, c boolean DEFAULT true);
INSERT INTO nosuch VALUES (1);
INSERT INTO t (nosuch) VALUES (1);
INSERT INTO t (a, a) VALUES (1, 2);
INSERT INTO t (a, b) VALUES (1);
INSERT INTO t (a) VALUES (1, 2);
INSERT INTO t (b) VALUES ('x');
INSERT INTO t (a) VALUES (NULL);
INSERT INTO t (a) VALUES ('x');
INSERT INTO t (a) VALUES (true);
INSERT INTO t (a, c) VALUES (1, 1);
INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y');
INSERT INTO t VALUES (10, 1, 'x', 'yes');
INSERT INTO t (a) SELECT id FROM nosuch;
INSERT INTO t (a, b) VALUES (3, nosuch('x'));
-- case: update and delete
CREATE TABLE t (id integer, a text, n integer);
UPDATE nosuch SET a = 1;
UPDATE t SET nosuch = 1;
UPDATE t SET a = 'x' WHERE nosuch = 1;
UPDATE t SET n = 'x';
UPDATE t SET n = true;
UPDATE t SET a = u.a FROM nosuch u WHERE u.id = t.id;
UPDATE t SET a = upper(a) WHERE id IN (SELECT id FROM t WHERE n > 3);
DELETE FROM nosuch;
DELETE FROM t WHERE nosuch = 1;
DELETE FROM t WHERE id = 'x';
DELETE FROM t;
TRUNCATE nosuch;
TRUNCATE t;
CREATE VIEW v AS SELECT id FROM t;
TRUNCATE v;
-- case: a transaction that failed
BEGIN;
CREATE TABLE t (a integer);
SAVEPOINT s;
DROP TABLE nosuch_relation_of_ours;
ROLLBACK TO s;
CREATE TABLE u (a integer);
CREATE TABLE u (a integer);
CREATE TABLE w (a integer);
COMMIT;
CREATE TABLE t (a integer);
-- case: savepoints undo
BEGIN;
CREATE TABLE t (a integer);
SAVEPOINT one;
ALTER TABLE t ADD COLUMN b integer;
CREATE TYPE e AS ENUM ('x');
ROLLBACK TO SAVEPOINT one;
ALTER TABLE t ADD COLUMN c integer;
RELEASE SAVEPOINT one;
COMMIT;

-- case: on conflict needs a unique index
CREATE TABLE t (a integer PRIMARY KEY, b integer, c integer);
CREATE UNIQUE INDEX i ON t (b, c);
CREATE UNIQUE INDEX j ON t (c) WHERE c > 0;
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING;
INSERT INTO t (a) VALUES (3) ON CONFLICT (c, b) DO UPDATE SET b = 1;
INSERT INTO t (a) VALUES (2) ON CONFLICT (b) DO NOTHING;
INSERT INTO t (a) VALUES (2) ON CONFLICT (c) WHERE c > 0 DO NOTHING;
INSERT INTO t (a) VALUES (2) ON CONFLICT ON CONSTRAINT nothing DO NOTHING;
INSERT INTO t (a) VALUES (2) ON CONFLICT (d) DO NOTHING;

-- case: a value longer than its column
CREATE TABLE t (a varchar(3), b char(2), c text);
INSERT INTO t (a) VALUES ('abc   ');
INSERT INTO t (a) VALUES ('abcd');
UPDATE t SET b = 'abc';
INSERT INTO t (c) VALUES ('abcdefgh');

-- case: a query compares with what is no label
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (a mood, b integer);
SELECT b FROM t WHERE a = 'sad';
SELECT b FROM t WHERE b = 1 OR a = 'furious' LIMIT 1;
SELECT b FROM t WHERE b IN ('1', 'x');
