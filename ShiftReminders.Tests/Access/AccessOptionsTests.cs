using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

public sealed class AccessOptionsTests
{
    private static AccessOptions Right() => new()
    {
        BootstrapAdmin = new() { Email = "admin@example.test", Password = "twelve or more" },
        KnownProxies = "10.0.0.0/8, 192.0.2.7, 2001:db8::/32",
    };

    [Fact]
    public void Right_settings_and_the_defaults_pass()
    {
        Assert.Null(Errors(Right()));
        Assert.Null(Errors(new AccessOptions()));
    }

    public static TheoryData<string, Action<AccessOptions>> Mistakes => new()
    {
        { "Portal__BootstrapAdmin__Email", options => options.BootstrapAdmin.Email = null },
        { "Portal__BootstrapAdmin__Password", options => options.BootstrapAdmin.Password = "short" },
        { "Portal__KnownProxies", options => options.KnownProxies = "10.0.0.0/8,proxy.example" },
        { "Portal__RevalidateEvery", options => options.RevalidateEvery = TimeSpan.FromMinutes(2) },
        { "Portal__SessionLimit", options => options.SessionLimit = TimeSpan.FromDays(8) },
        { "Portal__SessionIdleLimit", options => options.SessionIdleLimit = options.SessionLimit * 2 },
        { "Portal__ProofLasts", options => options.ProofLasts = TimeSpan.Zero },
        { "Portal__LinksLast", options => options.LinksLast = TimeSpan.FromHours(-1) },
        { "Portal__FreeSignInFailures", options => options.FreeSignInFailures = 0 },
        { "Portal__LongestSignInWait", options => options.LongestSignInWait = TimeSpan.Zero },
    };

    [Theory, MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Mistake_is_named_by_its_setting(string setting, Action<AccessOptions> mistake)
    {
        var options = Right();
        mistake(options);

        Assert.Contains(setting, Assert.Single(Errors(options)!), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var options = Right();
        foreach (var row in Mistakes) row.Data.Item2(options);

        Assert.Equal(Mistakes.Count, Errors(options)!.Count());
    }

    [Theory]
    [InlineData("http://login.example.test", "client", "Admin", "OpenId__Authority")]
    [InlineData("https://login.example.test", "", "Admin", "OpenId__ClientId")]
    [InlineData("https://login.example.test", "client", "Boss", "OpenId__Roles__group")]
    public void Mistake_in_openid_is_named_by_its_setting(string authority, string client, string role, string setting)
    {
        var options = new OpenIdOptions { Authority = authority, ClientId = client, Roles = { ["group"] = role } };

        Assert.Contains(setting, Assert.Single(new OpenIdOptionsValidator().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    private static IEnumerable<string>? Errors(AccessOptions options) => new AccessOptionsValidator().Validate(null, options).Failures;
}
