using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary>
/// A whole migrated server for a test that stops it, crashes it, or needs pg_cron: only one database of a server can
/// hold that. Everything that PostgreSQL does for durability is on.
/// </summary>
public sealed class PrivateCluster : IAsyncLifetime
{
    public PostgresCluster Server { get; private set; } = null!;

    public string OwnerConnectionString => Server.OwnerConnectionString(PostgresCluster.CronDatabase);

    public string AppConnectionString => Server.AppConnectionString(PostgresCluster.CronDatabase);

    public NpgsqlDataSource OwnerDataSource { get; private set; } = null!;

    public NpgsqlDataSource AppDataSource { get; private set; } = null!;

    public Given Given { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresCluster.CreateAsync();
        await MigratedDatabase.CreateAsync(Server, PostgresCluster.CronDatabase);
        OwnerDataSource = NpgsqlDataSource.Create(OwnerConnectionString);
        AppDataSource = NpgsqlDataSource.Create(AppConnectionString);
        Given = new Given(OwnerDataSource);
    }

    /// <summary>Stops the server as a crash would, and starts it again on the same port.</summary>
    public async Task CrashAsync()
    {
        await Server.StopAsync("immediate");
        await Server.StartAsync();
    }

    public async Task RestartAsync()
    {
        await Server.StopAsync();
        await Server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await OwnerDataSource.DisposeAsync();
        await AppDataSource.DisposeAsync();
        await Server.DisposeAsync();
    }
}
