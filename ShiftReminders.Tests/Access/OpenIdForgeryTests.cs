using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using ShiftReminders.Tests.Support;
using ShiftReminders.Tests.Support.FakeOpenId;

namespace ShiftReminders.Tests.Access;

/// <summary>What others try with the sign-in by OpenID Connect: tokens that are not for this portal, and links on other sites.</summary>
public sealed class OpenIdForgeryTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string KeyId = FakeOpenIdProvider.KeyId;
    private static readonly RSA Stranger = RSA.Create(2048);

    private FakeOpenIdProvider provider = null!;
    private PortalApp app = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeOpenIdProvider.StartAsync();
        provider.Person = new("s-1") { Email = "lead@example.test", Groups = ["shift-leads"] };
        app = await PortalApp.StartAsync(database, OpenIdTests.Settings(provider));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Only_a_token_that_the_provider_signed_for_this_portal_and_this_moment_signs_somebody_in()
    {
        var known = await LoginsAsync();
        foreach (var (what, forge) in Forgeries())
        {
            provider.Forge = forge;
            Assert.Equal((what, "/sign-in?problem=ProviderFailed"), (what, await SignInAsync(app)));
        }
        Assert.Equal(known, await LoginsAsync());

        provider.Forge = null;
        Assert.Equal("/", await SignInAsync(app));
    }

    [Fact]
    public async Task Provider_that_calls_itself_by_another_name_is_believed_only_when_the_settings_say_so()
    {
        provider.Issuer = "https://another.example.test/";
        await using var told = await PortalApp.StartAsync(database, [.. OpenIdTests.Settings(provider), "OpenId:Issuer=https://another.example.test"]);

        Assert.Equal("/sign-in?problem=ProviderFailed", await SignInAsync(app));
        Assert.Equal("/", await SignInAsync(told));
    }

    [Theory]
    [InlineData("cross-site", "/sign-in?returnUrl=%2Fshifts")]
    [InlineData("same-site", "/sign-in?returnUrl=%2Fshifts")]
    [InlineData("same-origin", null)]
    [InlineData("none", null)]
    public async Task Link_on_another_site_leads_to_the_sign_in_and_no_further(string site, string? expected)
    {
        using var client = new PortalClient(app.Address);
        client.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);

        using var answer = await client.GetAsync("/sign-in/openid?returnUrl=%2Fshifts");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var place = answer.Headers.Location!;
        Assert.Equal(expected ?? "/authorize", expected is null ? place.AbsolutePath : place.PathAndQuery);
    }

    private Task<long> LoginsAsync() => database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.account_logins");

    private IEnumerable<(string What, Action<SecurityTokenDescriptor> Forge)> Forgeries() =>
    [
        ("no signature", token => token.SigningCredentials = null),
        ("a stranger's key", token => token.SigningCredentials = Signed(new RsaSecurityKey(Stranger), SecurityAlgorithms.RsaSha256)),
        ("a stranger's key that the token brings along", token =>
        {
            token.SigningCredentials = Signed(new RsaSecurityKey(Stranger), SecurityAlgorithms.RsaSha256);
            token.AdditionalHeaderClaims = new Dictionary<string, object> { ["jwk"] = Jwk(Stranger) };
        }),
        ("the client's secret as the key", token => token.SigningCredentials =
            Signed(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(FakeOpenIdProvider.ClientSecret)), SecurityAlgorithms.HmacSha256)),
        ("the public key as a secret", token => token.SigningCredentials =
            Signed(new SymmetricSecurityKey(provider.PublicKey), SecurityAlgorithms.HmacSha256)),
        ("another client", token => token.Audience = "another client"),
        ("another issuer", token => token.Issuer = "https://another.example.test"),
        ("the past", token => (token.NotBefore, token.IssuedAt, token.Expires) = (Ago(30), Ago(30), Ago(10))),
        ("the future", token => (token.NotBefore, token.Expires) = (Ago(-10), Ago(-30))),
    ];

    private static SigningCredentials Signed(SecurityKey key, string algorithm)
    {
        key.KeyId = KeyId;
        return new SigningCredentials(key, algorithm);
    }

    private static Dictionary<string, string> Jwk(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(parameters.Modulus), ["e"] = Base64UrlEncoder.Encode(parameters.Exponent) };
    }

    private static DateTime Ago(int minutes) => TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-minutes);

    private static async Task<string> SignInAsync(PortalApp portal)
    {
        using var client = new PortalClient(portal.Address, followRedirects: true);
        using var answer = await client.GetAsync("/sign-in/openid");
        return answer.RequestMessage!.RequestUri!.PathAndQuery;
    }
}
