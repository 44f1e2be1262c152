using System.Net;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Edge;

/// <summary>Who may enter, over every endpoint of the app.</summary>
public sealed class EntranceTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    // Each is static: none opens a circuit.
    private static readonly string[] ForStrangers =
    [
        "/access-denied",
        "/error",
        "/health/live",
        "/health/ready",
        "/invitation",
        "/metrics",
        "/not-found",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/openid",
        "/sign-in/passkey/options",
        "/sign-out",
    ];

    // About the account itself; and what looks like a file of the build and is none.
    private static readonly string[] ForEverybodySignedIn =
        ["/account", "/account/passkeys", "/account/passkeys/options", "/account/proof", "/account/second-factor", "/session/use", "/{**path:file}"];

    private IReadOnlyList<Entrance> Entrances => Entrance.Of(portal.App);

    [Fact]
    public void Strangers_may_enter_nothing_but_these() => Assert.Equal(
        ForStrangers, Entrances.Where(one => one.IsForStrangers && !one.IsFile).Select(one => one.Route).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_other_endpoint_names_its_policy() => Assert.Equal(
        ForEverybodySignedIn,
        Entrances.Where(one => !one.IsForStrangers && !one.IsOfBlazor && !one.Policies.Any()).Select(one => one.Route).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Trace_echoes_nothing_anywhere()
    {
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();
        client.Http.DefaultRequestHeaders.Add("X-Secret", "sesame");

        foreach (var entrance in Entrances.Select(one => one with { Method = HttpMethod.Trace }).DistinctBy(one => one.Route))
        {
            using var answer = await entrance.EnterAsync(client.Http);
            Assert.False(answer.IsSuccessStatusCode, $"{entrance} answers with {(int)answer.StatusCode}.");
            Assert.DoesNotContain("sesame", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stranger_gets_no_further_than_the_sign_in()
    {
        using var client = new PortalClient(portal.App.Address);

        foreach (var entrance in Entrances.Where(one => !one.IsForStrangers))
        {
            using var answer = await entrance.EnterAsync(client.Http);
            Assert.True(
                answer.StatusCode == HttpStatusCode.Unauthorized || answer.Headers.Location?.AbsolutePath == AccessPaths.SignIn,
                $"{entrance} answers a stranger with {(int)answer.StatusCode}.");
        }
    }
}
