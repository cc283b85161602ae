CREATE TYPE purchase_status AS ENUM ('OPEN', 'PAID');
ALTER TABLE purchase ADD COLUMN status purchase_status NOT NULL DEFAULT 'OPEN';
UPDATE purchase SET status = 'PAID' WHERE total > 0;
