using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Processing;

/// <summary>The queue is looked at when something falls due: neither earlier nor at the next poll.</summary>
public sealed class WakeUpTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Some milliseconds on a machine of its own; a look every minute, or no wake-up at all, is far beyond.
    private static readonly TimeSpan Punctual = TimeSpan.FromSeconds(5);

    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Reminder_enqueued_ahead_is_handed_over_by_the_clock_and_never_early()
    {
        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);
        await ListeningAsync(host);
        var person = await database.Given.ReachablePersonAsync();
        var leaving = await database.Given.ReachablePersonAsync();

        await database.Given.ShiftAsync(person, TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(2));
        await database.Given.ShiftAsync(leaving, TimeSpan.FromHours(-8), TimeSpan.FromHours(8) + TimeSpan.FromSeconds(3));
        await database.OwnerDataSource.EnqueueAsync();

        await Eventually.TrueAsync("both are handed over", Patience, () => host.Sender.HandedOver.Count == 2);
        await PunctualAsync(host);
    }

    [Fact]
    public async Task Reminder_enqueued_before_the_start_is_known_without_any_notification()
    {
        var person = await database.Given.ReachablePersonAsync();
        await database.Given.ShiftAsync(person, TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(4));
        await database.OwnerDataSource.EnqueueAsync();

        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);

        await Eventually.TrueAsync("it is handed over", Patience, () => host.Sender.HandedOver.Count == 1);
        await PunctualAsync(host);
    }

    [Fact]
    public async Task Retry_is_made_when_its_pause_is_over()
    {
        await database.DueAsync(1);
        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);
        var failed = 0;
        host.Sender.Answer = (_, target, _) => Task.FromResult(Interlocked.Exchange(ref failed, 1) == 0
            ? FakePushSender.Result(target.DeviceId, Web.Delivery.PushOutcome.Transient)
            : FakePushSender.Accepted(target));

        await Eventually.TrueAsync(
            "it is sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 1");

        Assert.Equal(2, host.Sender.HandedOver.Count);
    }

    [Fact]
    public async Task Behind_a_transaction_pooler_the_processor_polls_says_so_once_and_is_on_time_all_the_same()
    {
        await using var pooler = await PgBouncer.StartAsync((await PostgresServer.GetAsync()).Cluster);
        await using var host = await ProcessorHost.StartAsync(
            pooler.Through(database.AppConnectionString), TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(
            "it says that it does not hear", Patience, () => host.Said("Notifications do not reach this connection"));
        var person = await database.Given.ReachablePersonAsync();
        await database.Given.ShiftAsync(person, TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(4));
        await database.OwnerDataSource.EnqueueAsync();
        await database.DueAsync(300, devices: 2);

        await Eventually.TrueAsync(
            "all is sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 301");

        Assert.Equal(301, host.Sender.HandedOver.Select(call => call.Message.NotificationId).Distinct().Count());
        Assert.Equal(301, host.Sender.HandedOver.Count);
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        Assert.Single(host.Log.Entries, entry => entry.Text.StartsWith("Notifications do not reach", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listener_comes_back_after_its_connection_is_cut_and_finds_what_it_missed()
    {
        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);
        await ListeningAsync(host);

        await database.CutOffAppAsync();
        await database.LetAppInAsync();
        await database.DueAsync(1);

        await Eventually.TrueAsync("it is sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 1");
    }

    [Fact]
    public async Task Watchdog_enqueues_where_no_cron_does()
    {
        var person = await database.Given.ReachablePersonAsync();
        await database.Given.ShiftAsync(person, TimeSpan.FromMinutes(14));
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.heartbeats");

        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);

        await Eventually.TrueAsync("it is sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 1");
        Assert.Equal(["watchdog"], await database.OwnerDataSource.ColumnAsync<string>(
            "SELECT DISTINCT source FROM shift_reminders.heartbeats"));
    }

    [Fact]
    public async Task Host_that_stops_gives_back_what_it_has_not_handed_over()
    {
        await database.DueAsync(100);
        await using var host = await ProcessorHost.StartAsync(
            database.AppConnectionString, Never, new FakePushSender { RequestTimeout = TimeSpan.FromSeconds(1) }, ("Processor:Concurrency", "3"));
        host.Sender.Answer = async (_, target, _) =>
        {
            await Slowness.OfAsync("the answer", TimeSpan.FromMilliseconds(300), CancellationToken.None);
            return FakePushSender.Accepted(target);
        };
        await Eventually.TrueAsync("three are on their way", Patience, () => host.Sender.InFlight == 3);

        await host.StopAsync();

        Assert.Equal(0, host.Sender.InFlight);
        Assert.DoesNotContain("sending", await database.StatesAsync(), StringComparison.Ordinal);
        Assert.Equal(host.Sender.HandedOver.Count, await database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE state = 'sent'"));
    }

    [Fact]
    public async Task Lease_that_no_request_fits_into_stops_the_start_by_its_name()
    {
        var refusal = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ProcessorHost.StartAsync(
            database.AppConnectionString, Never, null, ("Processor:Lease", "00:00:16")));

        Assert.StartsWith("Processor__Lease is 00:00:16", Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Clock_that_is_set_by_an_hour_halts_nothing(int minutes)
    {
        var clock = new SettableClock();
        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, TimeSpan.FromSeconds(1), clock);
        await Eventually.TrueAsync("it beats", Patience, async () => await BeatsSinceAsync("-infinity"));

        clock.Offset = TimeSpan.FromMinutes(minutes);

        var set = await database.OwnerDataSource.ScalarAsync<string>("SELECT clock_timestamp()::text");
        await Eventually.TrueAsync("it beats again", Patience, async () => await BeatsSinceAsync(set!));
        await database.DueAsync(1);
        await Eventually.TrueAsync("it is sent", Patience, async () => await database.StatesAsync() == "sent: accepted = 1");
    }

    [Fact]
    public async Task Health_is_good_while_the_queue_is_looked_at()
    {
        await using var host = await ProcessorHost.StartAsync(database.AppConnectionString, Never);

        Assert.Equal(HealthStatus.Healthy, await host.HealthAsync());
    }

    // A beat of the poll, not of the turn that was under way.
    private Task<bool> BeatsSinceAsync(string moment) => database.OwnerDataSource.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM shift_reminders.processors WHERE last_seen_at > $1::timestamptz + CASE WHEN $1 = '-infinity' THEN interval '0' ELSE interval '2 seconds' END)",
        moment);

    private static Task ListeningAsync(ProcessorHost host) =>
        Eventually.TrueAsync("it listens", Patience, () => host.Said("Listening for due reminders"));

    private async Task PunctualAsync(ProcessorHost host)
    {
        foreach (var call in host.Sender.HandedOver)
        {
            var due = await database.OwnerDataSource.ScalarAsync<DateTime>(
                "SELECT scheduled_for FROM public.scheduled_notifications WHERE $1 LIKE 'shift-' || schedule_id || '-%'",
                call.Message.NotificationId);
            var late = call.At.UtcDateTime - due;
            output.WriteLine($"{call.Message.Data["notify_type"]} was handed over {late.TotalMilliseconds:0.0} ms after it was due");
            Assert.InRange(late, TimeSpan.Zero, Punctual);
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
