CREATE TABLE shop.copy AS SELECT max(price) AS top FROM (SELECT price FROM shop.item);
