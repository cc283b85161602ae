A script spells the labels of an enum otherwise: by renaming them, or by a new type under the old name.
-- @revision r1
CREATE TYPE trade AS ENUM ('farm', 'mill', 'none');
CREATE TABLE shops (id serial PRIMARY KEY, trade trade NOT NULL DEFAULT 'none', name text);
CREATE INDEX ix_shops_trade ON shops (trade);
-- @revision r2
ALTER TABLE shops ADD COLUMN second_trade trade DEFAULT 'mill';
-- @script upper.sql
CREATE TYPE trade_new AS ENUM ('FARM', 'MILL', 'NONE');
ALTER TABLE shops ADD COLUMN trade_new trade_new;
UPDATE shops SET trade_new = upper(trade::text)::trade_new;
ALTER TABLE shops DROP COLUMN trade;
ALTER TABLE shops RENAME COLUMN trade_new TO trade;
DROP TYPE trade;
ALTER TYPE trade_new RENAME TO trade;
ALTER TABLE shops ALTER COLUMN trade SET NOT NULL;
ALTER TABLE shops ALTER COLUMN trade SET DEFAULT 'NONE';
-- @script rename.sql
ALTER TYPE trade RENAME VALUE 'none' TO 'Unknown';
