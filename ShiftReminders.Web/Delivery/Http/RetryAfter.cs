using System.Net.Http.Headers;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>Reads Retry-After in both its forms: seconds, and a date.</summary>
internal static class RetryAfter
{
    /// <summary>FCM's own longest back-off. Who asks for more (until 9999, say) has miscalculated, and is asked again as usual.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Null: the provider asks for nothing that could be meant.</summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, TimeProvider time)
    {
        TimeSpan? asked = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            // Counted from the provider's own clock, where it tells.
            { Date: { } date } => date - (headers.Date ?? time.GetUtcNow()),
            _ => null,
        };
        return asked > Longest ? null : asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
