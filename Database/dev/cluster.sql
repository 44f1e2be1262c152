-- Run once per private cluster, by its superuser: the role that owns the database. It is no superuser, as `postgres`
-- on Supabase is none, so that nothing works on a laptop that would be refused there.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'owner') THEN
        CREATE ROLE owner LOGIN NOSUPERUSER CREATEROLE CREATEDB NOBYPASSRLS;
    END IF;
END
$$;
