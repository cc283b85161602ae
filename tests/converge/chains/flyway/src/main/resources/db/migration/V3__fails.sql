CREATE TABLE receipt (id BIGINT PRIMARY KEY, purchase_id UUID REFERENCES purchase (id));
