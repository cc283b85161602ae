INSERT INTO shop.item VALUES (1, 2), (2, 3);
INSERT INTO shop.item (id, price) SELECT id + 10, price FROM shop.item UNION ALL SELECT 100, 1;
REFRESH MATERIALIZED VIEW shop.cheap;
