using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ShiftReminders.Web.Edge;

/// <summary>Turns away who asks for the portal under a name that is not its own.</summary>
internal static class AllowedHosts
{
    // Probes and scrapers ask a replica by its address.
    private static readonly PathString[] OfReplicas = ["/health", "/metrics"];

    public static WebApplication UseAllowedHosts(this WebApplication app)
    {
        StringSegment[] allowed = [.. app.Services.GetRequiredService<IOptions<EdgeOptions>>().Value.HostEntries.Select(host => new StringSegment(host))];
        if (allowed.Length == 0 || allowed.Contains("*")) return app;
        app.Use((http, next) => IsAllowed(http.Request, allowed)
            ? next(http)
            : PlainAnswer.WriteAsync(http, StatusCodes.Status400BadRequest, "The portal is not at this address. Portal__AllowedHosts names where it is."));
        return app;
    }

    private static bool IsAllowed(HttpRequest request, StringSegment[] allowed) =>
        OfReplicas.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
        || (request.Host.HasValue && HostString.MatchesAny(request.Host.Host, allowed));
}
