using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>
/// Hangfire at its best in a process of its own: woken by NOTIFY, many workers. Enqueues the jobs
/// unmeasured, and prints how many a second it then did.
/// </summary>
internal static class HangfireChild
{
    private const int Workers = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task RunAsync()
    {
        var size = int.Parse(BarePost.Setting("PEER_SIZE"), CultureInfo.InvariantCulture);
        var connection = new NpgsqlConnectionStringBuilder(BarePost.Setting("PEER_NPGSQL")) { MaxPoolSize = 2 * Workers };
        await using var database = NpgsqlDataSource.Create(connection);
        using var post = await BarePost.FromEnvironmentAsync();
        RemindJob.Set(database, post);
        GlobalConfiguration.Configuration.UseIgnoredAssemblyVersionTypeResolver().UsePostgreSqlStorage(
            storage => storage.UseConnectionFactory(new NpgsqlConnectionFactory(connection.ConnectionString, Options)), Options);
        await EnqueueAsync(database, size);
        await Console.Out.WriteLineAsync((await DrainAsync(size)).ToString("0", CultureInfo.InvariantCulture));
    }

    private static PostgreSqlStorageOptions Options { get; } = new()
    {
        QueuePollInterval = TimeSpan.FromMilliseconds(50),
        EnableLongPolling = true,
        EnableTransactionScopeEnlistment = true,
        UseSlidingInvisibilityTimeout = true,
    };

    private static async Task EnqueueAsync(NpgsqlDataSource database, int size)
    {
        var run = TimeProvider.System.GetUtcNow().UtcTicks;
        var people = await database.ColumnAsync<Guid>("SELECT bench.person(n) FROM generate_series(1, $1) n", (long)size);
        Parallel.ForEach(people, new ParallelOptions { MaxDegreeOfParallelism = 8 }, person =>
            BackgroundJob.Enqueue<RemindJob>(job => job.RunAsync($"hangfire-{run}-{person}", person)));
        await database.ExecuteAsync("VACUUM ANALYZE");
    }

    private static async Task<double> DrainAsync(int size)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers });
        await Eventually.TrueAsync("every job is done", Patience, () => RemindJob.Done >= size);
        return size / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
