namespace ShiftReminders.Web.Delivery.Http;

/// <summary>The connections to a provider: few, long-lived, replaced before a changed address could strand them.</summary>
internal static class ProviderHandler
{
    public static SocketsHttpHandler Create(TimeSpan connectTimeout, TimeSpan connectionLifetime, int maxConnections) => new()
    {
        PooledConnectionLifetime = connectionLifetime,
        // Reminders come on the minute: a connection outlives the pause between two of them.
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = maxConnections,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        AllowAutoRedirect = false,
        UseCookies = false,
        // Our traces are nobody else's business; the sender's own activity stands for the call.
        ActivityHeadersPropagator = null,
    };
}
