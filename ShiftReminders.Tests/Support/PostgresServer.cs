
[assembly: AssemblyFixture(typeof(ShiftReminders.Tests.Support.PostgresServer.Shutdown))]

namespace ShiftReminders.Tests.Support;

/// <summary>
/// The server that the tests share, made when the first of them asks for it: a run without a database test starts
/// none. It holds the template that every <see cref="TestDatabase"/> is copied from.
/// </summary>
public sealed class PostgresServer
{
    private const string Template = "shift_reminders_template";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    private int copies;

    private PostgresServer(PostgresCluster cluster) => Cluster = cluster;

    public PostgresCluster Cluster { get; }

    public static Task<PostgresServer> GetAsync() => Shared.Value;

    /// <summary>A copy of the migrated template with the host's stand-in tables in it; pg_cron is not.</summary>
    public async Task<string> CopyTemplateAsync() => await CreateDatabaseAsync(Template);

    /// <summary>A database of the owner's with nothing in it.</summary>
    public async Task<string> CreateEmptyAsync() => await CreateDatabaseAsync("template0");

    public async Task DropAsync(string database) => await Sql.ExecuteAsync(
        Cluster.SuperuserConnectionString("postgres"), $"DROP DATABASE IF EXISTS {database} WITH (FORCE)");

    private async Task<string> CreateDatabaseAsync(string template)
    {
        var database = $"test_{Interlocked.Increment(ref copies)}";
        await Sql.ExecuteAsync(
            Cluster.SuperuserConnectionString("postgres"), $"CREATE DATABASE {database} TEMPLATE {template} OWNER owner");
        return database;
    }

    // A crash of this server loses nothing that matters, and copying a database is mostly waiting for the disk.
    private static async Task<PostgresServer> StartAsync()
    {
        var cluster = await PostgresCluster.CreateAsync("fsync=off", "synchronous_commit=off", "full_page_writes=off");
        await Sql.ExecuteAsync(
            cluster.SuperuserConnectionString("postgres"), $"CREATE DATABASE {Template} OWNER owner");
        await MigratedDatabase.CreateAsync(cluster, Template);
        return new PostgresServer(cluster);
    }

    /// <summary>Removes the server after the last test.</summary>
    public sealed class Shutdown : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (Shared.IsValueCreated)
                await (await Shared.Value).Cluster.DisposeAsync();
        }
    }
}
