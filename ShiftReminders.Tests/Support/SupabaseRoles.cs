namespace ShiftReminders.Tests.Support;

/// <summary>The roles of a Supabase project, with the default privileges that projects made before 2026 have.</summary>
internal static class SupabaseRoles
{
    public static Task CreateAsync(PostgresCluster cluster) => Sql.ExecuteAsync(
        cluster.SuperuserConnectionString(PostgresCluster.CronDatabase),
        """
        CREATE ROLE anon NOLOGIN NOINHERIT;
        CREATE ROLE authenticated NOLOGIN NOINHERIT;
        CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
        GRANT anon, authenticated, service_role TO owner;
        GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
        """);
}
