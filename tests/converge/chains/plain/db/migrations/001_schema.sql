CREATE SCHEMA shop;
SET search_path TO shop, public;
CREATE TABLE item (id int PRIMARY KEY, price numeric CHECK (price > 0));
CREATE MATERIALIZED VIEW cheap AS SELECT id, price FROM item WHERE price < 10;
