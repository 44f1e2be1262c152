using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Processing;

/// <summary>Real app processes on one queue, all delivering to one fake FCM.</summary>
internal sealed class ProcessFleet(string connectionString, FakeFcmServer fcm, TimeSpan lease, int concurrency) : IAsyncDisposable
{
    private readonly List<RunningApp> apps = [];

    /// <summary>Starts a process whose claims carry <paramref name="name"/>.</summary>
    public async Task<RunningApp> StartAsync(string name)
    {
        var app = await RunningApp.StartAsync(new Dictionary<string, string>(fcm.Settings)
        {
            ["ConnectionStrings__ShiftReminders"] = connectionString,
            // Long enough that a busy machine is not taken for a silent FCM.
            ["Fcm__RequestTimeout"] = "00:00:05",
            ["Processor__Name"] = name,
            ["Processor__Lease"] = lease.ToString(),
            ["Processor__Concurrency"] = $"{concurrency}",
            ["Processor__BatchSize"] = "50",
            ["Processor__PollInterval"] = "00:00:00.500",
            ["Logging__LogLevel__Default"] = "Warning",
        });
        lock (apps) apps.Add(app);
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps) await app.DisposeAsync();
    }
}
