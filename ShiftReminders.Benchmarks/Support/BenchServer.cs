using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>A PostgreSQL server of the benchmark's own. Memory is given to it; durability is PostgreSQL's default.</summary>
public sealed class BenchServer : IAsyncDisposable
{
    private int databases;

    private BenchServer(PostgresCluster cluster) => Cluster = cluster;

    public PostgresCluster Cluster { get; }

    // Hangfire's workers alone want more connections than PostgreSQL's default of 100 leaves for the others.
    public static async Task<BenchServer> StartAsync() =>
        new(await PostgresCluster.CreateAsync("shared_buffers=1GB", "max_wal_size=8GB", "max_connections=400"));

    /// <summary>A migrated database with the host's tables in it. pg_cron is elsewhere: ticks come when they are measured.</summary>
    public async Task<BenchDatabase> CreateDatabaseAsync()
    {
        var name = $"bench_{++databases}";
        await Sql.ExecuteAsync(Cluster.SuperuserConnectionString("postgres"), $"CREATE DATABASE {name} OWNER owner");
        await MigratedDatabase.CreateAsync(Cluster, name);
        return new BenchDatabase(Cluster, name);
    }

    /// <summary>The same with people, a phone each, and the queue of those who are compared.</summary>
    public async Task<BenchDatabase> CreateQueueDatabaseAsync(int people)
    {
        var database = await CreateDatabaseAsync();
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("bare.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people($1)", (long)people);
        return database;
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
