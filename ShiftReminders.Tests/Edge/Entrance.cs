using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Edge;

/// <summary>One way into the app: an endpoint by one of its methods. A new endpoint is among them without being listed.</summary>
internal sealed partial record Entrance(HttpMethod Method, string Route, EndpointMetadataCollection Metadata)
{
    public bool IsFile => Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    /// <summary>The way into a circuit: its pages have policies of their own.</summary>
    public bool IsOfBlazor => Route.StartsWith("/_", StringComparison.Ordinal);

    public bool IsForStrangers => Metadata.GetMetadata<IAllowAnonymous>() is not null;

    public IEnumerable<string> Policies => Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>();

    public static IReadOnlyList<Entrance> Of(PortalApp app) =>
    [
        .. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
           from method in methods is { Count: > 0 } ? methods : ["GET"]
           select new Entrance(new HttpMethod(method), $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}", endpoint.Metadata),
    ];

    /// <summary>Comes in as this client; reads no further than the headers.</summary>
    public async Task<HttpResponseMessage> EnterAsync(HttpClient client, string? host = null)
    {
        using var request = new HttpRequestMessage(Method, Parameter().Replace(Route, "1"));
        request.Headers.Host = host;
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public override string ToString() => $"{Method} {Route}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
