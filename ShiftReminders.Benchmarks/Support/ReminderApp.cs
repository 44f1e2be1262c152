using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>The product as it ships, in a process of its own, delivering to the fake FCM.</summary>
internal static class ReminderApp
{
    /// <summary>
    /// Nothing is switched off; only FCM's quota, which is not the machine's limit, is raised, and the app leaves the
    /// ticks to the benchmark, which measures from them.
    /// </summary>
    public static async Task<RunningApp> StartAsync(BenchDatabase database, FcmProcess fcm, int concurrency)
    {
        await database.TickAsync();
        return await RunningApp.StartAsync(Settings(database, fcm, concurrency));
    }

    public static Dictionary<string, string> Settings(BenchDatabase database, FcmProcess fcm, int concurrency) => new(fcm.Http2Settings)
    {
        ["ConnectionStrings__ShiftReminders"] = database.AppConnectionString,
        ["Processor__WatchdogAfter"] = "01:00:00",
        ["Processor__Concurrency"] = $"{concurrency}",
        ["Processor__RateLimit"] = "100000000",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>Waits until nothing is pending or sending.</summary>
    public static async Task WhenDrainedAsync(BenchDatabase database, TimeSpan patience) =>
        await Eventually.TrueAsync("the queue is drained", patience, async () =>
            !await database.Owner.ScalarAsync<bool>(
                """
                SELECT EXISTS (SELECT 1 FROM shift_reminders.open_reminders())
                """));
}
