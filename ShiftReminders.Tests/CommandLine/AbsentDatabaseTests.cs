using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary>The database is away when the program starts.</summary>
public sealed class AbsentDatabaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_waits_alive_and_not_ready_with_one_line_of_log_and_goes_on_when_the_database_is_back()
    {
        await database.CutOffAppAsync();
        await using var app = await RunningApp.StartAsync(
            [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Sandbox")]);
        using var http = new HttpClient { BaseAddress = app.Address };

        Assert.Equal("Healthy", await http.GetStringAsync("/health/live", Ending));
        Assert.Equal([503, 503], [await StatusAsync(http, "/health/ready"), await StatusAsync(http, "/sign-in")]);

        await database.LetAppInAsync();
        await Eventually.TrueAsync("the sign-in is served", Patience, async () => await StatusAsync(http, "/sign-in") == 200);
        Assert.Single(app.Log.Split('\n'), line => line.Contains("ConnectionStrings__ShiftReminders names, is not ready", StringComparison.Ordinal));
        Assert.Equal(0, await app.TerminateAsync());
    }

    [Fact]
    public async Task Start_that_waits_in_vain_ends_and_names_host_and_setting()
    {
        var port = Ports.Free();

        var result = await RunningApp.RunToEndAsync(
        [
            new("ConnectionStrings__ShiftReminders", $"Host=127.0.0.1;Port={port};Username=someone;Password=hidden;Database=x"),
            new("Delivery__Channel", "Sandbox"), new("Database__WaitAtStart", "00:00:01"), new("ASPNETCORE_URLS", $"http://127.0.0.1:{Ports.Free()}"),
        ]);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(
            $"PostgreSQL at 127.0.0.1:{port}, which ConnectionStrings__ShiftReminders names, cannot be reached", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_admin_is_made_when_the_database_is_back()
    {
        const string email = "first@example.test";
        await database.CutOffAppAsync();
        await using var app = await PortalApp.StartAsync(
            database, $"Portal:BootstrapAdmin:Email={email}", $"Portal:BootstrapAdmin:Password={PortalApp.Password}");

        await database.LetAppInAsync();

        await Eventually.TrueAsync("the admin is there", Patience, async () =>
            await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts WHERE email = $1", email) == 1);
    }

    // Null: between the two listeners nobody is there.
    private static async Task<int?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using var answer = await http.GetAsync(path, Ending);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
