using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>
/// A real browser, signed in at <c>portal.site.localhost</c>, opens a page of <c>evil.site.localhost</c>. Both are one site,
/// so the browser sends the session cookie along.
/// </summary>
public sealed class SiblingHostTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string OpenLine = """
        address => new Promise(done => {
            const line = new WebSocket(address);
            line.onopen = () => done('open');
            line.onerror = () => done('refused');
        })
        """;

    [Fact]
    public async Task Page_of_a_sibling_host_gets_no_circuit_and_the_portals_own_page_does()
    {
        await portal.App.AccountAsync("sibling@example.test", Roles.Admin);
        var home = new UriBuilder(portal.App.Address) { Host = "portal.site.localhost" }.Uri;
        await using var evil = await BlankPageAsync();
        await using var session = await Browser.OpenAsync(home, "sibling@example.test");
        var line = new UriBuilder(home) { Scheme = "ws", Path = "/_blazor" }.Uri.ToString();

        await session.Page.GotoAsync("/shifts");
        var own = await session.Page.EvaluateAsync<string>(OpenLine, line);
        await session.Page.GotoAsync(new UriBuilder(evil.Urls.First()) { Host = "evil.site.localhost" }.Uri.ToString());
        var sibling = await session.Page.EvaluateAsync<string>(OpenLine, line);

        Assert.Equal(("open", "refused"), (own, sibling));
    }

    private static async Task<WebApplication> BlankPageAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => Results.Content("<!doctype html><title>Evil</title>", MediaTypeNames.Text.Html));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
