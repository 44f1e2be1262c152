using Npgsql;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>One benchmark's database. Dropped with it.</summary>
public sealed class BenchDatabase(PostgresCluster cluster, string name) : IAsyncDisposable
{
    public string AppConnectionString { get; } = cluster.AppConnectionString(name);

    public string OwnerConnectionString { get; } = cluster.OwnerConnectionString(name);

    public string SuperuserConnectionString { get; } = cluster.SuperuserConnectionString(name);

    public NpgsqlDataSource App { get; } = Patient(cluster.AppConnectionString(name));

    public NpgsqlDataSource Owner { get; } = Patient(cluster.OwnerConnectionString(name));

    public NpgsqlDataSource Superuser { get; } = Patient(cluster.SuperuserConnectionString(name));

    public async Task<int> TickAsync() =>
        await Owner.ScalarAsync<int>("SELECT public.enqueue_due_shift_notifications('manual')");

    /// <summary>Runs one of the SQL files beside the benchmarks.</summary>
    public async Task RunFileAsync(string name) => await Owner.ExecuteAsync(ReadFile(name));

    public static string ReadFile(string name)
    {
        using var stream = typeof(BenchDatabase).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>So that no round pays for what the one before left behind.</summary>
    public async Task SettleAsync()
    {
        await Superuser.ExecuteAsync("VACUUM ANALYZE");
        await Superuser.ExecuteAsync("CHECKPOINT");
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Owner.DisposeAsync();
        await Superuser.DisposeAsync();
        await Sql.ExecuteAsync(cluster.SuperuserConnectionString("postgres"), $"DROP DATABASE {name} WITH (FORCE)");
    }

    // Filling ten million rows takes longer than Npgsql's 30 s.
    private static NpgsqlDataSource Patient(string connectionString) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 1800 });
}
