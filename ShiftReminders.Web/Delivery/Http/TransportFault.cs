namespace ShiftReminders.Web.Delivery.Http;

/// <summary>How an exchange with a provider went wrong before an answer was complete.</summary>
internal enum TransportFault
{
    None,

    /// <summary>There was no connection (no name, no route, refused, TLS), so nothing was written.</summary>
    NotConnected,

    /// <summary>The time was up before a connection was free: nothing was written.</summary>
    NotWritten,

    /// <summary>The connection broke after the request was written.</summary>
    ConnectionLost,

    /// <summary>No complete answer in time, after the request was written.</summary>
    Timeout,
}
