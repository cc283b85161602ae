CREATE TABLE customer (id BIGSERIAL PRIMARY KEY, email VARCHAR(255) NOT NULL UNIQUE);
CREATE TABLE purchase (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  total NUMERIC(12, 2) DEFAULT 0.00,
  CONSTRAINT fk_purchase_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);
CREATE INDEX idx_purchase_customer ON purchase (customer_id);
