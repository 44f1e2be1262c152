using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary><c>health</c>, the image's health check, and the two addresses that it asks.</summary>
public sealed class HealthTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_app_is_well_at_the_address_of_its_environment()
    {
        await using var app = await PortalApp.StartAsync(database);

        var byUrls = await RunningApp.RunToEndAsync([new("ASPNETCORE_URLS", $"http://+:{app.Address.Port}")], "health", "--ready");
        var byPorts = await RunningApp.RunToEndAsync([new("ASPNETCORE_HTTP_PORTS", $"{app.Address.Port}")], "health");

        Assert.Equal((0, 0), (byUrls.ExitCode, byPorts.ExitCode));
        Assert.Equal("Healthy", byPorts.Output.Trim());
    }

    [Fact]
    public async Task Nobody_there_is_an_exit_code_and_a_sentence()
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";

        var result = await RunningApp.RunToEndAsync([], "health", "--url", address);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"{address}/health/live does not answer: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_database_is_not_ready_but_alive_and_strangers_learn_no_more()
    {
        var lost = new TestDatabase();
        await lost.InitializeAsync();
        await using var app = await PortalApp.StartAsync(lost);
        await lost.DisposeAsync();
        using var http = new HttpClient { BaseAddress = app.Address };

        using var ready = await http.GetAsync("/health/ready", Ending);

        Assert.Equal(503, (int)ready.StatusCode);
        Assert.Equal("Unhealthy", await ready.Content.ReadAsStringAsync(Ending));
        Assert.Equal("Healthy", await http.GetStringAsync("/health/live", Ending));
    }

    [Fact]
    public async Task Silent_enqueue_is_degraded_and_still_served()
    {
        var silent = new TestDatabase();
        await silent.InitializeAsync();
        await silent.OwnerDataSource.ExecuteAsync("SELECT public.enqueue_due_shift_notifications('cron')");
        await silent.AdvanceClockAsync(TimeSpan.FromMinutes(6));
        await using (var app = await PortalApp.StartAsync(silent))
        {
            using var http = new HttpClient { BaseAddress = app.Address };
            Assert.Equal("Degraded", await http.GetStringAsync("/health/ready", Ending));
        }
        await silent.DisposeAsync();
    }
}
