using Microsoft.AspNetCore.Diagnostics;

namespace ShiftReminders.Web.Edge;

/// <summary>
/// Opens circuits only for pages of this portal. A browser sends the session cookie along whichever site's script asks for
/// a WebSocket, a sibling host's too; without this look, such a page would act in the name of who is signed in here.
/// </summary>
internal static class OwnCircuits
{
    private const string Path = "/_blazor";

    /// <summary>Whether it opens a circuit, or belongs to one that is open.</summary>
    public static bool IsLine(HttpRequest request) => request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);

    public static WebApplication UseOwnCircuits(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            if (!IsLine(http.Request)) return next(http);
            if (!IsOwn(http.Request))
                return PlainAnswer.WriteAsync(http, StatusCodes.Status403Forbidden, "Only pages of this portal may open a connection to it.");
            // A page in place of the status would tell the script nothing: it looks for the 401.
            if (http.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            return next(http);
        });
        return app;
    }

    // What is no browser sends neither header, and no browser's cookie either.
    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site != "same-origin") return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var asked) && IsHost(asked, request.Host));
    }

    // Not the scheme: a proxy that ends TLS may not be among those that are believed.
    private static bool IsHost(Uri origin, HostString host) =>
        Uri.TryCreate($"{origin.Scheme}://{host.Value}", UriKind.Absolute, out var own)
        && string.Equals(origin.Authority, own.Authority, StringComparison.OrdinalIgnoreCase);
}
