using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>Anybody may ask whether the app is ready; it costs the pages nothing.</summary>
public sealed class ReadinessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probes_succeed_while_every_session_of_the_pages_is_busy_and_take_one_of_their_own()
    {
        const string sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'shift-reminders probe'";
        await using var app = await PortalApp.StartAsync(
            database, $"ConnectionStrings:ShiftReminders={database.AppConnectionString};Maximum Pool Size=2;Timeout=1");
        var pages = app.Services.GetRequiredService<NpgsqlDataSource>();
        // Until there is none left: the feed of changes may hold one of them already.
        await Assert.ThrowsAsync<NpgsqlException>(async () =>
        {
            while (true) await pages.OpenConnectionAsync(Ending);
        });
        using var http = new HttpClient { BaseAddress = app.Address };

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var answer = await http.GetAsync("/health/ready", Ending);
            return (int)answer.StatusCode;
        }));

        Assert.All(answers, status => Assert.Equal(200, status));
        Assert.Equal(1, await database.OwnerDataSource.ScalarAsync<long>(sessions));
    }

    [Fact]
    public async Task Answer_is_kept_for_a_second()
    {
        var clock = new FakeTimeProvider();
        await using var probes = NpgsqlDataSource.Create(database.AppConnectionString);
        var check = new DatabaseHealthCheck(probes, clock);

        var before = await AskAsync(check);
        await database.CutOffAppAsync();
        clock.Advance(TimeSpan.FromMilliseconds(999));
        var kept = await AskAsync(check);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = await AskAsync(check);
        await database.LetAppInAsync();

        Assert.NotEqual(HealthStatus.Unhealthy, before);
        Assert.Equal(before, kept);
        Assert.Equal(HealthStatus.Unhealthy, after);
    }

    private static async Task<HealthStatus> AskAsync(DatabaseHealthCheck check) =>
        (await check.CheckHealthAsync(new HealthCheckContext(), Ending)).Status;
}
