namespace ShiftReminders.Web.Edge;

/// <summary>
/// Takes this host's own name out of redirects. The name comes from the request, where anybody can write what they like;
/// a cache between could hand the redirect to somebody else.
/// </summary>
internal static class LocalRedirects
{
    public static WebApplication UseLocalRedirects(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            http.Response.OnStarting(Shorten, http);
            return next(http);
        });
        return app;
    }

    private static Task Shorten(object state)
    {
        var (request, headers) = (((HttpContext)state).Request, ((HttpContext)state).Response.Headers);
        var own = $"{request.Scheme}://{request.Host.Value}";
        var location = headers.Location.ToString();
        if (location.StartsWith(own, StringComparison.OrdinalIgnoreCase))
        {
            var rest = location[own.Length..];
            if (rest is "" or ['/', not '/', ..] or ['/']) headers.Location = rest.Length == 0 ? "/" : rest;
        }
        return Task.CompletedTask;
    }
}
