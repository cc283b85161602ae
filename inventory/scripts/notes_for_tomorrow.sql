-- Not run. Ideas for tomorrow, written down so that I can sleep.
--
-- ALTER TABLE users ADD COLUMN timezone varchar(64);
-- DROP TABLE feature_flag_usage;        -- only after the export!
/*
   UPDATE organisations SET is_active = false;   no. NO.

   /* nested, because why not:
      TRUNCATE audit_logs;
   */
   CREATE INDEX idx_later ON users (created_at);
*/
-- end
