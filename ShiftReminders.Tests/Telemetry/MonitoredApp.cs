using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeFcm;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>
/// The real app, with everything on, that has delivered two reminders; a real Prometheus asks it every second, and its
/// traces go to a collector.
/// </summary>
public sealed class MonitoredApp : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDatabase database = new();
    private readonly List<long> shifts = [];
    private readonly List<string> tokens = [];
    private FakeFcmServer fcm = null!;
    private RunningApp app = null!;

    public Prometheus Prometheus { get; private set; } = null!;

    public TraceCollector Collector { get; private set; } = null!;

    public string Log => app.Log;

    /// <summary>The shifts whose reminders were delivered, and the tokens that they went to.</summary>
    public IReadOnlyList<long> Shifts => shifts;

    public IReadOnlyList<string> Tokens => tokens;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        fcm = await FakeFcmServer.StartAsync();
        Collector = await TraceCollector.StartAsync();
        app = await RunningApp.StartAsync(
        [
            .. fcm.Settings, .. Collector.Settings,
            new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Telemetry__GaugeInterval", "00:00:01"),
        ]);
        Prometheus = await Prometheus.StartAsync(app.Address);
        await DeliverAsync();
        // A rate needs its metric seen before and after it changed.
        await Eventually.TrueAsync("Prometheus has seen a delivery", Patience,
            async () => (await Prometheus.QueryAsync("shift_reminders_lateness_seconds_count")).Count > 0);
        await DeliverAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Prometheus.DisposeAsync();
        await app.DisposeAsync();
        await Collector.DisposeAsync();
        await fcm.DisposeAsync();
        await database.DisposeAsync();
    }

    public async Task<string> MetricsAsync()
    {
        using var http = new HttpClient { BaseAddress = app.Address };
        return await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
    }

    private async Task DeliverAsync()
    {
        var person = await database.Given.PersonAsync();
        tokens.Add(await database.Given.DeviceAsync(person));
        var shift = await database.Given.ShiftAsync(person, startsIn: TimeSpan.FromMinutes(14));
        shifts.Add(shift);
        await database.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        await Eventually.TrueAsync("the reminder is sent", Patience, async () => await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT state FROM public.scheduled_notifications WHERE schedule_id = $1", shift) == "sent");
    }
}
