using System.Net;
using Microsoft.Net.Http.Headers;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeOpenId;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Every cookie that the portal sets, whichever part of it does, as a browser gets it.</summary>
public sealed class CookieTests : IAsyncLifetime
{
    private const string Email = "cookies@example.test";
    private const string WithFactor = "factor@example.test";
    private readonly TestDatabase database = new();
    private FakeOpenIdProvider provider = null!;
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        provider = await FakeOpenIdProvider.StartAsync();
        app = await PortalApp.StartAsync(database, $"OpenId:Authority={provider.Authority}", $"OpenId:ClientId={FakeOpenIdProvider.ClientId}", $"OpenId:ClientSecret={FakeOpenIdProvider.ClientSecret}");
        await app.AccountAsync(Email, Roles.Supervisor);
        await app.AccountAsync(WithFactor, Roles.Supervisor);
        await database.OwnerDataSource.ExecuteAsync("UPDATE shift_reminders.accounts SET two_factor_enabled = true WHERE email = $1", WithFactor);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("https", "portal.example.test")]
    [InlineData("https", "127.0.0.1")]
    // TLS ended at a proxy that is not believed.
    [InlineData("http", "portal.example.test")]
    public async Task Every_cookie_is_this_hosts_alone_and_goes_over_TLS_alone(string scheme, string host)
    {
        using var jar = new Jar(scheme, host);

        await SetAllAsync(jar);

        Assert.All(jar.Lines, line => Assert.True(
            line.Name.StartsWith("__Host-", StringComparison.Ordinal) && line.Secure && line.HttpOnly && line.Path == "/" && !line.Domain.HasValue
                && line.SameSite is SameSiteMode.Lax or SameSiteMode.Strict,
            $"{line} lacks an attribute."));
    }

    [Fact]
    public async Task Every_cookie_on_a_developers_own_machine_works_without_TLS()
    {
        using var jar = new Jar("http", app.Address.Authority);

        await SetAllAsync(jar);

        Assert.All(jar.Lines, line => Assert.True(
            !line.Name.StartsWith("__Host-", StringComparison.Ordinal) && !line.Secure && line.HttpOnly && line.SameSite is SameSiteMode.Lax or SameSiteMode.Strict, $"{line} is wrong."));
    }

    [Fact]
    public async Task Cookie_without_the_prefix_is_not_seen()
    {
        using var jar = new Jar("https", "portal.example.test");
        using var client = new PortalClient(app.Address, jar);
        (await client.SignInAsync(Email, PortalApp.Password)).Dispose();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));

        jar.Rename(name => name["__Host-".Length..]);

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(client));
    }

    /// <summary>Does all that sets a cookie; fails when that is no longer all.</summary>
    private async Task SetAllAsync(Jar jar)
    {
        using var client = new PortalClient(app.Address, jar);
        (await client.SignInAsync(Email, PortalApp.Password)).Dispose();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        (await client.PostFormAsync("/access-denied", target: "/sign-out")).Dispose();
        (await client.SignInAsync(WithFactor, PortalApp.Password)).Dispose();
        (await client.GetAsync("/sign-in/openid")).Dispose();
        string[] kinds = [.. jar.Lines.Select(line => line.Name.ToString().Replace("__Host-", "", StringComparison.Ordinal)).Distinct()];
        foreach (var kind in (string[])["shift-reminders", "shift-reminders-known-", "Identity.TwoFactorUserId", ".AspNetCore.Antiforgery", ".AspNetCore.Correlation", ".AspNetCore.OpenIdConnect.Nonce"])
            Assert.Contains(kinds, name => name.StartsWith(kind, StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient client)
    {
        using var answer = await client.GetAsync("/shifts");
        return answer.StatusCode;
    }

    /// <summary>A browser's cookies as they come and go, at another address than the socket's.</summary>
    private sealed class Jar(string scheme, string host) : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        private Dictionary<string, string> cookies = [];

        public List<SetCookieHeaderValue> Lines { get; } = [];

        public void Rename(Func<string, string> rename) => cookies = cookies.ToDictionary(cookie => rename(cookie.Key), cookie => cookie.Value);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = host;
            request.Headers.Add("X-Forwarded-Proto", scheme);
            if (cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            var response = await base.SendAsync(request, cancellationToken);
            if (!response.Headers.TryGetValues("Set-Cookie", out var lines)) return response;
            foreach (var line in SetCookieHeaderValue.ParseList([.. lines]))
            {
                Lines.Add(line);
                cookies[line.Name.ToString()] = line.Value.ToString();
            }
            return response;
        }
    }
}
