using System.Net;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Edge;

/// <summary>The name under which the portal is asked is the caller's word: nothing is built on it.</summary>
public sealed class HostTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Evil = "evil.example";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_redirect_leads_to_a_host_that_the_caller_named(bool signedIn)
    {
        using var client = new PortalClient(portal.App.Address);
        if (signedIn) (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();
        using var bare = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = client.Cookies }) { BaseAddress = portal.App.Address };

        var redirects = 0;
        foreach (var entrance in Entrance.Of(portal.App))
        {
            using var answer = await entrance.EnterAsync(bare, Evil);
            if (answer.Headers.TryGetValues("Location", out var places)) redirects++;
            Assert.DoesNotContain(places ?? [], place => place.Contains(Evil, StringComparison.Ordinal));
        }

        Assert.NotEqual(0, redirects);
    }

    [Fact]
    public async Task Portal_answers_under_its_own_names_alone_and_probes_under_any()
    {
        await using var app = await PortalApp.StartAsync(portal.Database, "Portal:AllowedHosts=portal.example.test, *.example.org");
        using var http = new HttpClient { BaseAddress = app.Address };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "portal.example.test", "/sign-in"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "a.example.org:8443", "/sign-in"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(http, Evil, "/sign-in"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(http, Evil, "/_blazor/negotiate"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "10.0.0.7:8080", "/health/live"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "10.0.0.7:8080", "/metrics"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
