namespace ShiftReminders.Web.Edge;

/// <summary>
/// Takes this host's own name out of redirects. The name comes from the request, where anybody can write what they like;
/// a cache between could hand the redirect to somebody else.
/// </summary>
internal static class LocalRedirects
{
    public static WebApplication UseLocalRedirects(this WebApplication app) => app.UseBeforeAnswers(Shorten);

    private static void Shorten(HttpContext http)
    {
        var location = http.Response.Headers.Location.ToString();
        if (location.Length == 0) return;
        var own = $"{http.Request.Scheme}://{http.Request.Host.Value}";
        if (!location.StartsWith(own, StringComparison.OrdinalIgnoreCase)) return;
        var rest = location[own.Length..];
        if (rest is "" or ['/', not '/', ..] or ['/']) http.Response.Headers.Location = rest.Length == 0 ? "/" : rest;
    }
}
