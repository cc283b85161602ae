-- The database's owner, and the user that asks.
SELECT pg_get_userbyid(d.datdba), current_user FROM pg_database d WHERE d.datname = current_database();
