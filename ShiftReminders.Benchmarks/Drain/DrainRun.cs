using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>One drain as the database and /proc saw it.</summary>
/// <param name="PerSecond">Reminders per second, from the first claim to the last outcome.</param>
/// <param name="Worker">CPU time per reminder in the app, or in the bare pipeline; µs, as the others.</param>
/// <param name="Postgres">The same in PostgreSQL.</param>
/// <param name="Fcm">The same in the fake FCM.</param>
internal sealed record DrainRun(double PerSecond, double Worker, double Postgres, double Fcm)
{
    /// <summary>What tells two pipelines apart even while other programs take most of the machine.</summary>
    public double All => Worker + Postgres + Fcm;

    /// <param name="database">Where the queue is.</param>
    /// <param name="fcm">Must have got each message once when the drain has ended; forgets what came before.</param>
    /// <param name="workers">The processes whose time is the worker's.</param>
    /// <param name="size">How many reminders wait.</param>
    /// <param name="drain">Nothing but what is measured: filling the queue comes before.</param>
    /// <param name="span">SQL for the seconds from the first claim to the last outcome.</param>
    public static async Task<DrainRun> MeasureAsync(
        BenchDatabase database, FcmProcess fcm, IReadOnlyList<int> workers, int size, Func<Task> drain, string span) =>
        await MeasureAsync(database, fcm, workers, size, async () =>
        {
            await drain();
            return await database.Owner.ScalarAsync<double>(span);
        });

    /// <summary>The same of a program that tells the seconds itself.</summary>
    public static async Task<DrainRun> MeasureAsync(
        BenchDatabase database, FcmProcess fcm, IReadOnlyList<int> workers, int size, Func<Task<double>> drain)
    {
        await fcm.ForgetAsync();
        var before = await TimesAsync(database, fcm, workers);
        var seconds = await drain();
        var after = await TimesAsync(database, fcm, workers);
        if (await fcm.CountAsync() != size)
            throw new InvalidOperationException($"The fake FCM got {await fcm.CountAsync()} messages of {size}: {await StatesAsync(database)}");
        var each = after.Zip(before, (late, early) => (late - early).TotalMicroseconds / size).ToArray();
        return new DrainRun(size / seconds, each[0], each[1], each[2]);
    }

    /// <summary>For whoever watches a long run.</summary>
    public string Describe() =>
        $"{Figures.Count(PerSecond)}/s; CPU each: worker {Figures.Microseconds(Worker)}, PostgreSQL {Figures.Microseconds(Postgres)}, fake FCM {Figures.Microseconds(Fcm)}";

    public static DrainRun Median(IReadOnlyCollection<DrainRun> runs) => new(
        runs.Select(run => run.PerSecond).Median(),
        runs.Select(run => run.Worker).Median(),
        runs.Select(run => run.Postgres).Median(),
        runs.Select(run => run.Fcm).Median());

    private static Task<string?> StatesAsync(BenchDatabase database) => database.Owner.ScalarAsync<string>(
        """
        SELECT string_agg(concat_ws(' ', n, state, reason, last_error), '; ') FROM (
          SELECT count(*) AS n, state, reason, min(last_error) AS last_error FROM public.scheduled_notifications GROUP BY 2, 3) s
        """);

    private static async Task<TimeSpan[]> TimesAsync(BenchDatabase database, FcmProcess fcm, IReadOnlyList<int> workers) =>
    [
        workers.Aggregate(TimeSpan.Zero, (sum, worker) => sum + ProcessorTime.Of(worker)),
        await ProcessorTime.OfPostgresAsync(database.Superuser),
        ProcessorTime.Of(fcm.ProcessId),
    ];
}
