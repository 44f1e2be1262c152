using System.Net.Http.Headers;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>What a replica serves to those who watch it.</summary>
public sealed class EndpointTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_ask_for_the_token_that_is_set()
    {
        await using var app = await PortalApp.StartAsync(database, "Telemetry:MetricsToken=sesame");
        using var http = new HttpClient { BaseAddress = app.Address };

        using var without = await http.GetAsync("/metrics", Ending);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sesamf");
        using var wrong = await http.GetAsync("/METRICS", Ending);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sesame");
        using var right = await http.GetAsync("/metrics", Ending);

        Assert.Equal([401, 401, 200], [(int)without.StatusCode, (int)wrong.StatusCode, (int)right.StatusCode]);
    }

    [Fact]
    public async Task Processor_alone_serves_health_and_metrics_and_no_page()
    {
        await database.OwnerDataSource.ExecuteAsync("DELETE FROM shift_reminders.data_protection_keys");
        await using var app = await RunningApp.StartAsync(
        [
            new("ConnectionStrings__ShiftReminders", database.AppConnectionString),
            new("Delivery__Channel", "Sandbox"), new("Portal__Enabled", "false"),
        ]);
        using var http = new HttpClient { BaseAddress = app.Address };

        await Eventually.TrueAsync("the processor is ready", TimeSpan.FromSeconds(30),
            async () => (await http.GetAsync("/health/ready", Ending)).IsSuccessStatusCode);
        using var page = await http.GetAsync("/sign-in", Ending);
        using var metrics = await http.GetAsync("/metrics", Ending);

        Assert.Equal([404, 200], [(int)page.StatusCode, (int)metrics.StatusCode]);
        await Eventually.TrueAsync("it beats", TimeSpan.FromSeconds(30),
            async () => await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.processors") == 1);
        Assert.Equal(0, await app.TerminateAsync());
        Assert.Equal(0L, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.data_protection_keys"));
    }

    [Fact]
    public async Task Portal_alone_starts_without_a_channel_and_without_its_key()
    {
        await using var app = await RunningApp.StartAsync(
            [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Processor__Enabled", "false")]);
        using var http = new HttpClient { BaseAddress = app.Address };

        using var page = await http.GetAsync("/sign-in", Ending);

        Assert.Equal(200, (int)page.StatusCode);
    }

    [Fact]
    public async Task Neither_portal_nor_processor_is_refused()
    {
        var result = await RunningApp.RunToEndAsync(
        [
            new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Sandbox"),
            new("Portal__Enabled", "false"), new("Processor__Enabled", "False"),
        ]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Portal__Enabled and Processor__Enabled are both false", result.Error, StringComparison.Ordinal);
    }
}
