using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Playwright;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Edge;

namespace ShiftReminders.Tests.Edge;

/// <summary>What is costly, one account or one address may have so often at a time and no more.</summary>
public sealed class RequestLimitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Open = "() => document.querySelector('.shell[data-interactive]')";
    private const string Negotiate = "/_blazor/negotiate?negotiateVersion=1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_beyond_the_limit_says_so_and_opens_when_another_is_closed()
    {
        await using var app = await PortalApp.StartAsync(database, "Portal:OpenPagesPerAccount=2");
        const string Email = "reader@example.test";
        await app.AccountAsync(Email, Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(app, Email);
        await browser.GoToAsync("/shifts");

        var second = await browser.Page.Context.NewPageAsync();
        await second.GotoAsync("/shifts");
        await second.UntilAsync("the second page is open", Open);
        var third = await browser.Page.Context.NewPageAsync();
        await third.GotoAsync("/shifts");
        await Assertions.Expect(third.GetByRole(AriaRole.Alertdialog)).ToContainTextAsync("As many pages are open as one account, or one address, may have.");
        await browser.Page.CloseAsync();

        await third.UntilAsync("the third page is open", Open);
    }

    [Theory]
    [InlineData("Portal:OpenPagesPerAccount=1", HttpStatusCode.TooManyRequests, HttpStatusCode.OK)]
    [InlineData("Portal:OpenPagesPerAddress=1", HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests)]
    public async Task Line_that_lives_takes_a_place_of_its_account_and_of_its_address(string limit, HttpStatusCode forItsAccount, HttpStatusCode forAnother)
    {
        await using var app = await PortalApp.StartAsync(database, limit);
        using var anna = await SignedInAsync(app);
        using var ben = await SignedInAsync(app);
        using var line = new ClientWebSocket();
        line.Options.Cookies = anna.Cookies;
        await line.ConnectAsync(new UriBuilder(app.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, Token);

        Assert.Equal(forItsAccount, await AskAsync(anna));
        Assert.Equal(forAnother, await AskAsync(ben));
        line.Abort();
        await Eventually.TrueAsync("the place is free again", Patience, async () => await AskAsync(ben) == HttpStatusCode.OK && await AskAsync(anna) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Export_beyond_the_limit_is_refused_until_one_has_ended()
    {
        await using var app = await PortalApp.StartAsync(database, "Portal:ExportsPerAccount=1");
        using var anna = await SignedInAsync(app);
        using var ben = await SignedInAsync(app);
        await using var holder = await database.OwnerDataSource.OpenConnectionAsync(Token);
        await using var hold = await holder.BeginTransactionAsync(Token);
        await using (var take = new NpgsqlCommand("LOCK TABLE public.scheduled_notifications IN ACCESS EXCLUSIVE MODE", holder))
            await take.ExecuteNonQueryAsync(Token);
        var first = anna.GetAsync("/reminders/export");
        await Eventually.TrueAsync("the first export waits for the table", Patience, async () => await database.OwnerDataSource.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'public.scheduled_notifications'::regclass)"));

        using var second = await anna.GetAsync("/audit/export");
        using var another = await ben.GetAsync("/audit/export");
        await hold.RollbackAsync(Token);
        using var ended = await first;
        using var third = await anna.GetAsync("/audit/export");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal("Another export of yours is still running. Wait until it has ended, then try again.", await second.Content.ReadAsStringAsync(Token));
        Assert.All([another, ended, third], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task Every_export_has_the_limit()
    {
        await using var app = await PortalApp.StartAsync(database);

        var exports = Entrance.Of(app).Where(one => one.Route.EndsWith("/export", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(exports);
        Assert.All(exports, one => Assert.Equal(RequestLimits.Exports, one.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName));
    }

    [Theory]
    [InlineData(nameof(EdgeOptions.OpenPagesPerAccount))]
    [InlineData(nameof(EdgeOptions.OpenPagesPerAddress))]
    [InlineData(nameof(EdgeOptions.ExportsPerAccount))]
    public void Limit_of_nothing_is_refused_by_its_name(string setting)
    {
        var options = new EdgeOptions();
        typeof(EdgeOptions).GetProperty(setting)!.SetValue(options, 0);

        var answer = new EdgeOptionsValidator().Validate(name: null, options);

        Assert.Equal([$"Portal__{setting} is 0: it must be 1 or more."], answer.Failures);
    }

    private static async Task<PortalClient> SignedInAsync(PortalApp app)
    {
        var email = $"{Guid.NewGuid():N}@example.test";
        await app.AccountAsync(email, Roles.Admin);
        var client = new PortalClient(app.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        return client;
    }

    private static async Task<HttpStatusCode> AskAsync(PortalClient client)
    {
        using var answer = await client.Http.PostAsync(Negotiate, content: null, Token);
        return answer.StatusCode;
    }
}
