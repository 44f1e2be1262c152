using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>
/// Hangfire at its best in a process of its own: woken by NOTIFY, many workers. Told what to do as the scripts are:
/// <c>fill N</c> queues the reminders of N new shifts, <c>go</c> does them and is answered with the seconds that took.
/// </summary>
internal static class HangfireChild
{
    private const int Workers = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task RunAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(BarePost.Setting("PEER_NPGSQL")) { MaxPoolSize = 2 * Workers };
        await using var database = NpgsqlDataSource.Create(connection);
        using var post = await BarePost.FromEnvironmentAsync();
        RemindJob.Work = BarePost.Setting("PEER_WORK") == "full" ? new FullWork(database, post) : new LightWork(database, post);
        GlobalConfiguration.Configuration.UseIgnoredAssemblyVersionTypeResolver().UsePostgreSqlStorage(
            storage => storage.UseConnectionFactory(new NpgsqlConnectionFactory(connection.ConnectionString, Options)), Options);
        await Console.Out.WriteLineAsync("ready");
        var waiting = 0;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line == "go") await Console.Out.WriteLineAsync((await DrainAsync(waiting)).ToString(CultureInfo.InvariantCulture));
            else await Console.Out.WriteLineAsync($"{waiting = await FillAsync(database, int.Parse(line.AsSpan("fill ".Length), CultureInfo.InvariantCulture))}");
        }
    }

    private static PostgreSqlStorageOptions Options { get; } = new()
    {
        QueuePollInterval = TimeSpan.FromMilliseconds(50),
        EnableLongPolling = true,
        EnableTransactionScopeEnlistment = true,
        UseSlidingInvisibilityTimeout = true,
    };

    private static async Task<int> FillAsync(NpgsqlDataSource database, int size)
    {
        var newest = await database.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM public.duty_schedules");
        await database.ExecuteAsync("SELECT bench.add_shifts($1, clock_timestamp(), interval '0')", (long)size);
        var shifts = new List<(long Id, Guid Person, DateTime StartAt)>(size);
        await using var command = database.CreateCommand("SELECT id, assigned_user_id, start_at FROM public.duty_schedules WHERE id > $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = newest });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) shifts.Add((reader.GetInt64(0), reader.GetGuid(1), reader.GetDateTime(2)));
        Parallel.ForEach(shifts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, shift =>
            BackgroundJob.Enqueue<RemindJob>(job => job.RunAsync(shift.Id, shift.Person, shift.StartAt.Ticks)));
        return shifts.Count;
    }

    private static async Task<double> DrainAsync(int size)
    {
        RemindJob.Done = 0;
        var started = TimeProvider.System.GetTimestamp();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers });
        await Eventually.TrueAsync("every job is done", Patience, () => RemindJob.Done >= size);
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
