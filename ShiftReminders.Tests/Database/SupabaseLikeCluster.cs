using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// A server with Supabase's roles and with the default privileges that its projects were made with: whatever is created
/// in <c>public</c> is everybody's. Roles belong to a whole server, so the shared one cannot have them.
/// </summary>
public sealed class SupabaseLikeCluster : IAsyncLifetime
{
    private PostgresCluster server = null!;

    public NpgsqlDataSource Owner { get; private set; } = null!;

    public NpgsqlDataSource Superuser { get; private set; } = null!;

    public NpgsqlDataSource App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresCluster.CreateAsync("fsync=off");
        Owner = NpgsqlDataSource.Create(server.OwnerConnectionString(PostgresCluster.CronDatabase));
        Superuser = NpgsqlDataSource.Create(server.SuperuserConnectionString(PostgresCluster.CronDatabase));
        App = NpgsqlDataSource.Create(server.AppConnectionString(PostgresCluster.CronDatabase));
        await Superuser.ExecuteAsync(
            """
            CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE stranger NOLOGIN;
            CREATE ROLE service_role NOLOGIN BYPASSRLS;
            GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role, stranger;
            ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
            ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
            ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
            """);
        await MigratedDatabase.CreateAsync(server, PostgresCluster.CronDatabase);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await Superuser.DisposeAsync();
        await App.DisposeAsync();
        await server.DisposeAsync();
    }
}

/// <summary>The classes that share one such server; they change nothing that the others look at.</summary>
[CollectionDefinition(nameof(SupabaseLikeCluster))]
public sealed class SupabaseLikeCollection : ICollectionFixture<SupabaseLikeCluster>;
