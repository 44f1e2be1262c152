namespace ShiftReminders.Web.Delivery;

/// <summary>What a result means for the reminder, whatever the channel called it.</summary>
public enum PushOutcome
{
    /// <summary>The channel took it. Not proof that the phone showed it.</summary>
    Accepted,

    /// <summary>The device does not exist any more: its token may be forgotten.</summary>
    Gone,

    /// <summary>The token belongs to another project.</summary>
    Mismatch,

    /// <summary>The message is at fault; the same message would be refused again, and the device is kept.</summary>
    Rejected,

    /// <summary>Not delivered, and worth trying again.</summary>
    Transient,

    /// <summary>The request was written and no answer came: it may have been delivered.</summary>
    Unknown,

    /// <summary>The project may not push to this device's platform (APNs or web push key).</summary>
    PlatformCredentials,

    /// <summary>The project's own credentials are missing or refused: nobody can be reached.</summary>
    ProjectCredentials,

    /// <summary>
    /// Nothing was handed over, because this replica cannot reach the channel: no route, no name, no access token.
    /// Another replica may.
    /// </summary>
    Unreachable,

    /// <summary>Nothing was handed over for this device.</summary>
    NotAttempted,
}
