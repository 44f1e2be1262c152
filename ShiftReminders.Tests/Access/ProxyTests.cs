using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Whose X-Forwarded-* headers are believed: those of the proxies in the settings, and loopback's.</summary>
public sealed class ProxyTests(TestDatabase database) : IClassFixture<TestDatabase>
{

    [Theory]
    [InlineData("10.1.2.3", "198.51.100.9")]
    [InlineData("192.0.2.7", "198.51.100.9")]
    [InlineData("203.0.113.1", "203.0.113.1")]
    public async Task Address_of_a_caller_is_believed_from_a_known_proxy_only(string proxy, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOptions<AccessOptions>().Configure(options => options.KnownProxies = "10.0.0.0/8,192.0.2.7");
        await using var app = builder.Build();
        var seen = "";
        app.UseKnownProxies();
        app.Run(http =>
        {
            seen = http.Connection.RemoteIpAddress?.ToString();
            return Task.CompletedTask;
        });

        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(proxy);
        http.Request.Headers["X-Forwarded-For"] = "198.51.100.9";
        await ((IApplicationBuilder)app).Build()(http);

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Sign_in_behind_tls_leads_back_by_https()
    {
        await using var portal = await PortalApp.StartAsync(database);
        using var client = new PortalClient(portal.Address);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await client.GetAsync("/");

        Assert.Equal("https", answer.Headers.Location?.Scheme);
    }
}
