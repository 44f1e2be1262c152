using System.Globalization;
using ShiftReminders.Benchmarks.Support;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Drain;

/// <summary>
/// Drains of the product. Its reminders are queued ahead of the instant at which all fall due, as in production, and
/// measured from just before that instant: neither the tick that queued them nor the clean-up after it is counted.
/// </summary>
internal sealed class ProductDrain(BenchDatabase database, FcmProcess fcm)
{
    /// <summary>
    /// The product is compiled anew while it runs, twice: the first tens of thousands of reminders cost it more than those
    /// after them. As many as are measured, and at least so many, go first.
    /// </summary>
    public const int WarmUp = 30_000;

    private const int MostTries = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    private TimeSpan preparing;

    public async Task<DrainRun> MeasureAsync(IReadOnlyList<RunningApp> apps, int size)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var newest = await database.Owner.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM public.scheduled_notifications");
            if (await QueueAsync(size) is { } due)
            {
                await Task.Delay(due - Before - TimeProvider.System.GetUtcNow(), TimeProvider.System, CancellationToken.None);
                return await MeasureDueAsync(apps, size, newest);
            }
            await Console.Error.WriteLineAsync($"Queueing {size} took {preparing}, and they fell due meanwhile: not measured, once more.");
            await ReminderApp.WhenDrainedAsync(database, Patience);
        }
        throw new InvalidOperationException($"Queueing {size} took longer than expected {MostTries} times, last {preparing}.");
    }

    private Task<DrainRun> MeasureDueAsync(IReadOnlyList<RunningApp> apps, int size, long newest) => DrainRun.MeasureAsync(
        database, fcm, [.. apps.Select(app => app.ProcessId)], size, () => WhenDrainedAsync(size), string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT extract(epoch FROM max(processed_at) - min(claimed_at))::float8 FROM public.scheduled_notifications WHERE id > {newest}"));

    /// <summary>When they fall due; null: queueing them took longer than was thought.</summary>
    private async Task<DateTimeOffset?> QueueAsync(int size)
    {
        var started = TimeProvider.System.GetUtcNow();
        // A guess, or half as much again as the last time took.
        var guess = TimeSpan.FromMilliseconds(size * 0.3);
        var due = started + TimeSpan.FromSeconds(Math.Max(guess.TotalSeconds, preparing.TotalSeconds * 1.5)) + Ahead;
        await LookFurtherAheadAsync();
        await database.Owner.ExecuteAsync("SELECT bench.add_shifts($1, $2, interval '0')", (long)size, due);
        var queued = await database.TickAsync();
        if (queued != size) throw new InvalidOperationException($"The tick queued {queued} of {size}.");
        await database.SettleAsync();
        preparing = TimeProvider.System.GetUtcNow() - started;
        return started + preparing < due - Before ? due : null;
    }

    // The default of 90 s leaves a slow machine no time for VACUUM and CHECKPOINT between the tick and the drain.
    private async Task LookFurtherAheadAsync() =>
        await database.Owner.ExecuteAsync("UPDATE shift_reminders.settings SET value = '10 minutes' WHERE key = 'look_ahead'");

    // Asking the fake FCM costs PostgreSQL nothing, which is measured meanwhile.
    private async Task WhenDrainedAsync(int size)
    {
        await Eventually.TrueAsync("every message has come", Patience, async () => await fcm.CountAsync() >= size);
        await ReminderApp.WhenDrainedAsync(database, Patience);
    }
}
