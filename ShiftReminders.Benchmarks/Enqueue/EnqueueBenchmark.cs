using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Enqueue;

/// <summary>A tick over many shifts, beside the plan's row-by-row loop and a bare INSERT of the same rows.</summary>
internal sealed class EnqueueBenchmark(BenchDatabase database)
{
    private const string Tick = "SELECT public.enqueue_due_shift_notifications('manual')";
    private const string Loop = "SELECT bench.plan_loop()";

    private const string Bare =
        """
        INSERT INTO bench.bare_queue (schedule_id, user_id, notify_type, scheduled_for)
        SELECT id, assigned_user_id, 'start_15', start_at FROM bench.due
        """;

    private const string BareIntoOurs =
        """
        INSERT INTO bench.our_queue (schedule_id, user_id, notify_type, scheduled_for, anchor_at, next_attempt_at, expires_at, armed_at)
        SELECT id, assigned_user_id, 'start_15', start_at - interval '15 minutes', start_at, start_at - interval '15 minutes', start_at, now()
        FROM bench.due
        """;

    private readonly Dictionary<string, List<Measured>> results = [];

    public static async Task<Table> RunAsync(BenchServer server, Wanted wanted)
    {
        var shifts = wanted.Size ?? 1_000_000;
        var due = Math.Min(100_000, shifts / 10);
        await using var database = await server.CreateDatabaseAsync();
        await database.RunFileAsync("people.sql");
        await database.RunFileAsync("enqueue.sql");
        await database.Owner.ExecuteAsync("SELECT bench.add_people(100000)");
        await database.Owner.ExecuteAsync("CALL bench.add_other_shifts($1)", (long)shifts - due);
        await database.SettleAsync();
        var benchmark = new EnqueueBenchmark(database);
        await benchmark.RepeatAsync("idle", Tick, 15);
        await database.Owner.ExecuteAsync("SELECT bench.add_due_shifts($1, $2)", (long)due, (long)due / 10);
        await database.SettleAsync();
        for (var round = 0; round < wanted.Rounds; round++) await benchmark.RoundAsync();
        return benchmark.Report(shifts, due);
    }

    private async Task RoundAsync()
    {
        await database.Owner.ExecuteAsync(
            "TRUNCATE public.scheduled_notifications, bench.plan_queue, bench.bare_queue, bench.our_queue");
        await database.Superuser.ExecuteAsync("CHECKPOINT");
        await RepeatAsync("bare", Bare, 1);
        await RepeatAsync("bare into ours", BareIntoOurs, 1);
        await RepeatAsync("loop", Loop, 1);
        await RepeatAsync("tick", Tick, 1);
        await CheckAsync();
        await database.SettleAsync();
        await RepeatAsync("loop again", Loop, 1);
        await RepeatAsync("tick again", Tick, 2);
    }

    /// <summary>All must have added the same reminders; shifts that are due no longer would flatter whoever came late.</summary>
    private async Task CheckAsync()
    {
        if (await database.Owner.ScalarAsync<long>("SELECT bench.rows_that_differ()") is var differ and not 0)
            throw new InvalidOperationException($"{differ} reminders are not in all of the queues.");
    }

    private async Task RepeatAsync(string what, string statement, int times)
    {
        if (!results.TryGetValue(what, out var list)) results[what] = list = [];
        for (; times > 0; times--) list.Add(await Measured.StatementAsync(database.Owner, statement));
    }

    private Table Report(int shifts, int due)
    {
        var table = new Table(
            $"Enqueue: {Figures.Count(shifts)} shifts, {Figures.Count(due)} due, {Figures.Count(due / 10)} of them checked in",
            "work", "time", "its CPU", "against", "WAL");
        Row(table, "first tick: Shift Reminders", "tick", "loop");
        Row(table, "first tick: the plan's row-by-row loop", "loop", "loop");
        Row(table, "bare INSERT … SELECT into the plan's table", "bare", "tick");
        Row(table, "bare INSERT … SELECT into a table with our columns, checks and indexes", "bare into ours", "tick");
        Row(table, "unchanged tick: Shift Reminders", "tick again", "loop again");
        Row(table, "unchanged tick: the loop", "loop again", "loop again");
        Row(table, "tick with nothing due", "idle", null);
        return table;
    }

    private void Row(Table table, string title, string what, string? against)
    {
        var took = Time(what);
        table.Add(
            title,
            Figures.Milliseconds(took),
            Figures.Milliseconds(results[what].Select(result => result.ProcessorMilliseconds).Median()),
            against is null ? "" : against == "tick"
                ? $"our first tick takes {Figures.Ratio(Time(against) / took)}"
                : $"{Figures.Ratio(Time(against) / took)} as fast as the loop",
            Figures.Megabytes(results[what].Select(result => result.WalBytes).Median()));
    }

    private double Time(string what) => results[what].Select(result => result.Milliseconds).Median();
}
