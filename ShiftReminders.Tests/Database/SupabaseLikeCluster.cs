using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// A server with Supabase's roles and with the default privileges that its projects were made with: whatever is created
/// in <c>public</c> is everybody's. Roles belong to a whole server, so the shared one cannot have them.
/// </summary>
public sealed class SupabaseLikeCluster : IAsyncLifetime
{
    private const string DefaultPrivileges = """
        GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role, stranger;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
        """;

    private PostgresCluster server = null!;
    private int databases;

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
            "CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE stranger NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS");
        await Superuser.ExecuteAsync(DefaultPrivileges);
        await MigratedDatabase.CreateAsync(server, PostgresCluster.CronDatabase);
    }

    /// <summary>Another database of the server, with the host's tables in it and nothing of ours.</summary>
    public async Task<FreshDatabase> CreateFreshAsync()
    {
        var name = $"fresh_{Interlocked.Increment(ref databases)}";
        await Superuser.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 OWNER owner");
        await Sql.ExecuteAsync(server.SuperuserConnectionString(name), DefaultPrivileges);
        await MigratedDatabase.CreateHostTablesAsync(server.OwnerConnectionString(name));
        return new FreshDatabase(server.OwnerConnectionString(name), server.SuperuserConnectionString(name));
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await Superuser.DisposeAsync();
        await App.DisposeAsync();
        await server.DisposeAsync();
    }
}

public sealed record FreshDatabase(string OwnerConnectionString, string SuperuserConnectionString);

/// <summary>The classes that share one such server; they change nothing that the others look at.</summary>
[CollectionDefinition(nameof(SupabaseLikeCluster))]
public sealed class SupabaseLikeCollection : ICollectionFixture<SupabaseLikeCluster>;
