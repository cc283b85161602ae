ALTER TABLE customer RENAME COLUMN email TO mail;
ALTER TABLE customer RENAME CONSTRAINT customer_email_key TO customer_mail_key;
