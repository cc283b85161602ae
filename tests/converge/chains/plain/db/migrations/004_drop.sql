DROP TABLE shop.item;
