namespace ShiftReminders.Web.Delivery.Http;

/// <summary>How an exchange with a provider went wrong before an answer was complete.</summary>
internal enum TransportFault
{
    None,

    /// <summary>Nothing of the request's body was written: it cannot have been acted on.</summary>
    NotWritten,

    /// <summary>The connection broke after the request was written.</summary>
    ConnectionLost,

    /// <summary>No complete answer in time, after the request was written.</summary>
    Timeout,
}
