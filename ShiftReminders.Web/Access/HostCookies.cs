using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace ShiftReminders.Web.Access;

/// <summary>
/// What holds for every cookie of the portal, whichever part of it sets one: the prefix <c>__Host-</c>, by which a browser
/// takes it from this host over TLS alone and sends it to no other; Secure, HttpOnly, SameSite. Inside the portal cookies keep
/// their plain names, and one that came without the prefix is not seen: a sibling host may have planted it.
/// </summary>
internal static class HostCookies
{
    internal const string Prefix = "__Host-";

    public static WebApplication UseHostCookies(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            var sure = !IsPlainLoopback(http.Request);
            if (sure) TakeOwn(http.Request);
            http.Response.OnStarting(() =>
            {
                Harden(http.Response, sure);
                return Task.CompletedTask;
            });
            return next(http);
        });
        return app;
    }

    // Browsers refuse the prefix without TLS, and there is none on a developer's own machine. Everywhere else a request that
    // looks plain has lost its TLS at a proxy that is not among those believed; its browser knows better.
    private static bool IsPlainLoopback(HttpRequest request) =>
        !request.IsHttps && Uri.TryCreate($"http://{request.Host.Value}", UriKind.Absolute, out var host) && host.IsLoopback;

    private static void TakeOwn(HttpRequest request)
    {
        var own = request.Headers.Cookie.SelectMany(line => line?.Split(';', StringSplitOptions.TrimEntries) ?? [])
            .Where(cookie => cookie.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(cookie => cookie[Prefix.Length..]);
        var cookies = string.Join("; ", own);
        request.Headers.Cookie = cookies.Length == 0 ? default : cookies;
    }

    private static void Harden(HttpResponse response, bool sure)
    {
        if (response.Headers.SetCookie.Count == 0) return;
        response.Headers.SetCookie = response.Headers.SetCookie.Select(line => Hardened(SetCookieHeaderValue.Parse(line), sure)).ToArray();
    }

    private static string Hardened(SetCookieHeaderValue cookie, bool sure)
    {
        if (sure) cookie.Name = Prefix + cookie.Name;
        cookie.Secure = sure;
        cookie.HttpOnly = true;
        cookie.Path = "/";
        cookie.Domain = default;
        if (cookie.SameSite != SameSiteMode.Strict) cookie.SameSite = SameSiteMode.Lax;
        return cookie.ToString();
    }
}
