using System.Globalization;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Shared;

internal static class WaitAnswer
{
    /// <summary>Answers 429 with the time to wait, and says so in the log; the result says it to people.</summary>
    public static string TellToWait(this HttpContext http, TimeSpan wait, string method)
    {
        var events = http.RequestServices.GetRequiredService<SecurityEvents>();
        events.HeldBack(events.Here, method, wait);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"Too many failed attempts. Try again in {TimeWords.Lasting(wait)}.";
    }
}
