using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>What the processor does beside delivering.</summary>
public sealed class UpkeepTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await database.ClearAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Old_reminders_are_purged_batch_by_batch_and_fresh_ones_stay()
    {
        await database.DueAsync(2_500);
        await using var rig = new ProcessorRig(database.AppDataSource);
        await rig.RunOnceAsync();
        await database.OwnerDataSource.ExecuteAsync(
            "UPDATE public.scheduled_notifications SET processed_at = processed_at - interval '10 years', scheduled_for = scheduled_for - interval '10 years'");
        await database.DueAsync(10);

        await new RetentionJob(database.AppDataSource, new Turns(TimeProvider.System), NullLogger<RetentionJob>.Instance)
            .Execute(null!, TestContext.Current.CancellationToken);

        Assert.Equal("pending = 10", await database.StatesAsync());
    }

    [Fact]
    public async Task Health_is_bad_when_the_queue_was_not_looked_at_for_long()
    {
        var clock = new FakeTimeProvider();
        await using var rig = new ProcessorRig(database.AppDataSource, clock: clock);
        await rig.RunOnceAsync();
        var check = new QueueHealthCheck(rig.Processor, Options.Create(new ProcessorOptions()), clock);

        var fresh = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMinutes(1));
        var stale = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Healthy, fresh.Status);
        Assert.Equal(HealthStatus.Unhealthy, stale.Status);
        Assert.Equal("The queue was last looked at 00:01:00 ago.", stale.Description);
    }

    [Theory]
    [InlineData(nameof(Loop.Queue))]
    [InlineData(nameof(Loop.Watchdog))]
    [InlineData(nameof(Loop.Retention))]
    public async Task Process_is_alive_while_each_of_its_loops_comes_round(string stuck)
    {
        var clock = new FakeTimeProvider();
        var turns = new Turns(clock);
        var check = new LoopHealthCheck(turns, Options.Create(new ProcessorOptions()));
        clock.Advance(TimeSpan.FromHours(4));
        foreach (var loop in Enum.GetValues<Loop>().Where(loop => loop.ToString() != stuck)) turns.Came(loop);

        var halted = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        turns.Came(Enum.Parse<Loop>(stuck));
        var round = await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal((HealthStatus.Unhealthy, $"The loop {stuck} last came round 04:00:00 ago."), (halted.Status, halted.Description));
        Assert.Equal(HealthStatus.Healthy, round.Status);
    }
}
