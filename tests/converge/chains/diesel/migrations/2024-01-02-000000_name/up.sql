ALTER TABLE person ALTER COLUMN name TYPE varchar(20);
