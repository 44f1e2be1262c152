using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Access;

/// <summary>Whose X-Forwarded-* headers are believed: those of the proxies in the settings, and loopback's.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("10.1.2.3", "https://portal.example.test from 198.51.100.9")]
    [InlineData("192.0.2.7", "https://portal.example.test from 198.51.100.9")]
    [InlineData("203.0.113.1", "http://portal.example.test from 203.0.113.1")]
    public async Task Address_and_scheme_are_believed_from_a_known_proxy_and_a_host_from_nobody(string proxy, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOptions<AccessOptions>().Configure(options => options.KnownProxies = "10.0.0.0/8,192.0.2.7");
        await using var app = builder.Build();
        var seen = "";
        app.UseKnownProxies();
        app.Run(http =>
        {
            seen = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase} from {http.Connection.RemoteIpAddress}";
            return Task.CompletedTask;
        });

        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(proxy);
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("portal.example.test"));
        http.Request.Headers["X-Forwarded-For"] = "198.51.100.9";
        http.Request.Headers["X-Forwarded-Proto"] = "https";
        http.Request.Headers["X-Forwarded-Host"] = "evil.example";
        http.Request.Headers["X-Forwarded-Prefix"] = "/evil";
        await ((IApplicationBuilder)app).Build()(http);

        Assert.Equal(expected, seen);
    }
}
