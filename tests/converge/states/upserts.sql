Upserts say what rows hold: rows that hold it already are no work, neither at the first run nor at the second.
-- @revision r1
CREATE TABLE goods (id serial PRIMARY KEY, sku text NOT NULL UNIQUE, price numeric(8,2), stock integer, seen timestamptz);
INSERT INTO goods (sku, price, stock) VALUES ('a', 1, 1);
-- @revision r2
CREATE TABLE orders (id serial PRIMARY KEY, goods_id integer REFERENCES goods (id));
-- @script seed_goods.sql
INSERT INTO goods (sku, price) VALUES ('a', 2.50), ('b', 3) ON CONFLICT (sku) DO UPDATE SET price = EXCLUDED.price;
-- @script add_to_stock.sql
INSERT INTO goods AS g (sku, stock) VALUES ('a', 5) ON CONFLICT (sku) DO UPDATE SET stock = g.stock + EXCLUDED.stock;
-- @script set_stock.sql
INSERT INTO goods (sku, stock, seen) VALUES ('b', 7, now())
ON CONFLICT (sku) DO UPDATE SET stock = EXCLUDED.stock, seen = now() WHERE goods.price > 0;
