using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ShiftReminders.Tests.EndToEnd;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Edge;

/// <summary>The database goes down, or answers late, while people look at pages.</summary>
public sealed class DatabaseAwayTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Somebody = "somebody@example.test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_of_a_stopped_database_says_so_and_loads_again_until_it_is_back()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        await MigratedDatabase.CreateAsync(cluster, PostgresCluster.CronDatabase);
        await using var app = await PortalApp.StartAsync(
            database, $"ConnectionStrings:ShiftReminders={cluster.AppConnectionString(PostgresCluster.CronDatabase)}");
        using var client = await SignedInAsync(app);
        using var stranger = new PortalClient(app.Address);

        await cluster.StopAsync();
        // The cookie is believed for a second.
        await Eventually.TrueAsync("the page is refused", Patience, async () => await StatusAsync(client, "/shifts") == HttpStatusCode.ServiceUnavailable);
        using var page = await client.GetAsync("/shifts");
        var html = await page.Content.ReadAsStringAsync(Ending);
        Assert.Contains("The database does not answer", html, StringComparison.Ordinal);
        Assert.Contains("""<meta http-equiv="refresh" content="5" """, html, StringComparison.Ordinal);
        Assert.DoesNotContain($"{cluster.Port}", html, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), page.Headers.RetryAfter?.Delta);
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, "/sign-in"));
        using var signIn = await stranger.SignInAsync(Somebody, PortalApp.Password);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, signIn.StatusCode);
        Assert.DoesNotContain(HttpStatusCode.InternalServerError, await StatusesAsync(app, client));

        await cluster.StartAsync();
        await Eventually.TrueAsync("the page is back", Patience, async () => await StatusAsync(client, "/shifts") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_of_a_frozen_database_is_the_same_page()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        await MigratedDatabase.CreateAsync(cluster, PostgresCluster.CronDatabase);
        await using var app = await PortalApp.StartAsync(
            database, $"ConnectionStrings:ShiftReminders={cluster.AppConnectionString(PostgresCluster.CronDatabase)};Command Timeout=1;Timeout=1;Cancellation Timeout=200");
        using var client = await SignedInAsync(app);

        await cluster.FreezeAsync();
        try
        {
            await Eventually.TrueAsync("the page is refused", Patience, async () => await StatusAsync(client, "/shifts") == HttpStatusCode.ServiceUnavailable);
            var statuses = await Task.WhenAll(PortalPages.All.Select(page => StatusAsync(client, page)));
            Assert.DoesNotContain(HttpStatusCode.InternalServerError, statuses);
        }
        finally
        {
            await cluster.ThawAsync();
        }

        await Eventually.TrueAsync("the page is back", Patience, async () => await StatusAsync(client, "/shifts") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reads_of_pages_end_within_eight_seconds_and_the_queue_keeps_its_own_time()
    {
        await using var app = await PortalApp.StartAsync(database, $"ConnectionStrings:ShiftReminders={database.AppConnectionString}");
        var source = app.Services.GetRequiredService<NpgsqlDataSource>();
        await using var context = await app.Services.GetRequiredService<IDbContextFactory<ShiftRemindersDb>>().CreateDbContextAsync(Ending);
        await using var read = source.CreateRead("SELECT 1");
        await using var claim = source.CreateCommand("SELECT 1");

        Assert.Equal((8, 8, 30), (read.CommandTimeout, context.Database.GetCommandTimeout(), claim.CommandTimeout));
        Assert.Equal(8, new NpgsqlConnectionStringBuilder(source.ConnectionString).Timeout);
    }

    [Fact]
    public async Task Page_of_a_database_that_answers_late_is_the_same_page()
    {
        await using var app = await PortalApp.StartAsync(
            database, $"ConnectionStrings:ShiftReminders={database.AppConnectionString};Command Timeout=1");
        using var client = await SignedInAsync(app);
        await using var owner = await database.OwnerDataSource.OpenConnectionAsync(Ending);
        await using var held = await owner.BeginTransactionAsync(Ending);
        await using (var hold = new NpgsqlCommand("LOCK TABLE shift_reminders.accounts", owner, held))
            await hold.ExecuteNonQueryAsync(Ending);

        await Eventually.TrueAsync("the page is refused", Patience, async () => await StatusAsync(client, "/shifts") == HttpStatusCode.ServiceUnavailable);

        await held.RollbackAsync(Ending);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/shifts"));
    }

    private static async Task<PortalClient> SignedInAsync(PortalApp app)
    {
        await app.AccountAsync(Somebody, [.. Roles.All]);
        var client = new PortalClient(app.Address);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        (await client.SignInAsync(Somebody, PortalApp.Password)).Dispose();
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<List<HttpStatusCode>> StatusesAsync(PortalApp app, PortalClient client)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var entrance in Entrance.Of(app).Where(one => !one.IsFile))
        {
            using var answer = await entrance.EnterAsync(client.Http);
            statuses.Add(answer.StatusCode);
        }
        return statuses;
    }
}
