namespace ShiftReminders.Web.Delivery;

/// <summary>What a phone is to show, and until when that is of use.</summary>
public sealed record PushMessage
{
    /// <summary>
    /// <c>shift-{schedule_id}-{user_id}-{notify_type}</c>: the collapse key and the tag on every platform, the same for all
    /// generations. A phone shows one notification per reminder: what comes later replaces it, and alerts again.
    /// </summary>
    public required string NotificationId { get; init; }

    /// <summary>1, and one more each time the reminder was re-armed or resent.</summary>
    public required int Generation { get; init; }

    public required string Title { get; init; }

    public required string Body { get; init; }

    /// <summary>For deep links: notification_id, generation, what, schedule_id, notify_type, due.</summary>
    public required IReadOnlyDictionary<string, string> Data { get; init; }

    /// <summary>When it may be handed over, and until when it is of use.</summary>
    public required PushWindow Window { get; init; }

    /// <summary>
    /// How long the provider may go on trying to reach a phone that is off. Shrinks by itself: it is read when the bytes
    /// leave, which may be long after the message was made.
    /// </summary>
    public TimeSpan TimeToLive => Window.UntilExpiry;

    // A record prints all its properties, and title and body are nobody's business but the person's.
    public override string ToString() => $"{NotificationId}, generation {Generation}";
}
