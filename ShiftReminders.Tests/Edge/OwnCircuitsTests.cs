using System.Net;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Edge;

/// <summary>A page of another host asks for a circuit with the cookie of who is signed in here.</summary>
public sealed class OwnCircuitsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("Origin", "https://evil.example.test")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Circuit_for_a_page_of_another_host_is_refused(string header, string value) =>
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(header, value));

    [Fact]
    public async Task Circuit_for_a_page_of_the_portal_is_opened()
    {
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync("Origin", portal.App.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync("Sec-Fetch-Site", "same-origin"));
    }

    [Fact]
    public async Task Refusal_of_an_ended_sign_in_is_no_redirect_and_leaves_the_cookie_that_tells_why()
    {
        var id = await portal.App.AccountAsync("ended@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync("ended@example.test", PortalApp.Password)).Dispose();
        await portal.Database.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.accounts SET disabled_at = now(), security_stamp = 'ended' WHERE id = $1", id);
        await Eventually.TrueAsync("the cookie is no longer believed", TimeSpan.FromSeconds(20),
            async () => await StatusAsync(client) == HttpStatusCode.Unauthorized);

        using var page = await client.GetAsync("/shifts");

        Assert.Contains("problem=Disabled", page.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client)
    {
        using var answer = await client.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", content: null, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> NegotiateAsync(string header, string value)
    {
        var email = $"circuit-{Guid.NewGuid():N}@example.test";
        await portal.App.AccountAsync(email, Roles.Admin);
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(email, PortalApp.Password)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add(header, value);
        using var answer = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
