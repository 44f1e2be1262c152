using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Edge;

/// <summary>The headers of every answer, whoever asks, and whichever part of the app made it.</summary>
public sealed class AnswerHeaderTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly string[] Headers =
    [
        "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_endpoint_answers_with_all_of_them_and_nothing_but_a_file_is_kept(bool signedIn)
    {
        using var client = new PortalClient(portal.App.Address);
        if (signedIn) (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();

        Assert.Empty(await FaultsAsync(portal.App, client.Http));
    }

    [Fact]
    public async Task Processor_alone_answers_with_them_too()
    {
        await using var app = await PortalApp.StartAsync(
            portal.Database, "Portal:Enabled=false", "Processor:Enabled=true", "Telemetry:MetricsToken=sesame");
        using var http = new HttpClient { BaseAddress = app.Address };

        Assert.Empty(await FaultsAsync(app, http));
        Assert.Empty(await FaultsAsync(http, "/sign-in", HttpStatusCode.NotFound));
        Assert.Empty(await FaultsAsync(http, "/metrics", HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Answer_for_an_error_has_them(string portalEnabled)
    {
        await using var app = await PortalApp.StartAsync(
            portal.Database, builder => builder.Services.AddSingleton<HealthCheckService, BrokenHealth>(),
            $"Portal:Enabled={portalEnabled}", "Processor:Enabled=true");
        using var http = new HttpClient { BaseAddress = app.Address };

        Assert.Empty(await FaultsAsync(http, "/health/ready", HttpStatusCode.InternalServerError));
    }

    [Fact]
    public async Task Refusals_have_them()
    {
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();

        Assert.Empty(await FaultsAsync(client.Http, "/no-such-page", HttpStatusCode.NotFound));
        client.Http.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        Assert.Empty(await FaultsAsync(client.Http, "/_blazor/negotiate", HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Browser_that_came_by_https_is_told_to_stay_there_for_a_year()
    {
        using var http = new HttpClient { BaseAddress = portal.App.Address };
        http.DefaultRequestHeaders.Host = "portal.example.test";
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await http.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    private static async Task<List<string>> FaultsAsync(PortalApp app, HttpClient http)
    {
        var faults = new List<string>();
        foreach (var entrance in Entrance.Of(app))
        {
            using var answer = await entrance.EnterAsync(http);
            faults.AddRange(Missing(answer, mayBeKept: entrance.IsFile).Select(fault => $"{entrance} ({(int)answer.StatusCode}): {fault}"));
        }
        return faults;
    }

    private static async Task<IEnumerable<string>> FaultsAsync(HttpClient http, string path, HttpStatusCode expected)
    {
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
        return Missing(answer, mayBeKept: false);
    }

    private static IEnumerable<string> Missing(HttpResponseMessage answer, bool mayBeKept) =>
    [
        .. Headers.Where(name => !answer.Headers.Contains(name)),
        .. mayBeKept || answer.Headers.CacheControl?.NoStore == true ? Array.Empty<string>() : ["Cache-Control: no-store"],
        .. SaysWhatItIs(answer.Content.Headers) ? Array.Empty<string>() : [$"Content-Type with a charset, not {answer.Content.Headers.ContentType}"],
    ];

    private static bool SaysWhatItIs(HttpContentHeaders content) => content.ContentType is { MediaType: { } kind } type
        ? type.CharSet is "utf-8" || !(kind.StartsWith("text/", StringComparison.Ordinal) || kind.EndsWith("xml", StringComparison.Ordinal))
        : content.ContentLength is 0 or null;

    private sealed class BrokenHealth : HealthCheckService
    {
        public override Task<HealthReport> CheckHealthAsync(Func<HealthCheckRegistration, bool>? predicate, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("Broken for the test.");
    }
}
