-- Run by the superuser in the database that pg_cron works in: the grants that Supabase gives `postgres`.
CREATE EXTENSION IF NOT EXISTS pg_cron;
GRANT USAGE ON SCHEMA cron TO owner WITH GRANT OPTION;
GRANT ALL ON ALL TABLES IN SCHEMA cron TO owner WITH GRANT OPTION;
GRANT ALL ON ALL FUNCTIONS IN SCHEMA cron TO owner WITH GRANT OPTION;
REVOKE ALL ON TABLE cron.job FROM owner;
GRANT SELECT ON TABLE cron.job TO owner WITH GRANT OPTION;
