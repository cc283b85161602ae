CREATE INDEX CONCURRENTLY idx_purchase_status ON purchase (status);
