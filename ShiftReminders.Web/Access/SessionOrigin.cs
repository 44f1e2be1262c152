namespace ShiftReminders.Web.Access;

/// <summary>Where a session was begun, in the words that a person knows their own browser by.</summary>
/// <param name="Browser">Such as <c>Firefox on Windows</c>.</param>
/// <param name="Address">The browser's address, as far as known proxies tell it.</param>
public sealed record SessionOrigin(string Browser, string? Address)
{
    private const int LongestBrowser = 60;

    // The order matters: every browser claims to be several of those below it.
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Token, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    public static SessionOrigin Of(HttpContext request) => new(
        Shorten(request.Request.Headers.UserAgent.ToString()), request.Connection.RemoteIpAddress is null ? null : ClientAddress.Of(request));

    internal static string Shorten(string userAgent)
    {
        var (browser, system) = (Find(Browsers, userAgent), Find(Systems, userAgent));
        if (browser is not null) return system is null ? browser : $"{browser} on {system}";
        var text = new string([.. userAgent.Where(letter => !char.IsControl(letter)).Take(LongestBrowser)]).Trim();
        return text.Length == 0 ? "unknown browser" : text;
    }

    private static string? Find((string Token, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(one => userAgent.Contains(one.Token, StringComparison.Ordinal)).Name;
}
