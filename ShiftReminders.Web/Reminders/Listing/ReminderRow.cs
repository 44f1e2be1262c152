using System.Globalization;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>One reminder as a list shows it.</summary>
public sealed record ReminderRow
{
    public required long Id { get; init; }

    public required long Shift { get; init; }

    public required Guid Person { get; init; }

    /// <summary>The person's name; null when the host's people do not hold them any more.</summary>
    public string? Name { get; init; }

    public required string Kind { get; init; }

    public required DateTimeOffset Due { get; init; }

    /// <summary>Who asked for it to be sent again; null: the shift and its rule made it due.</summary>
    public string? ResentBy { get; init; }

    /// <summary>When a resent reminder had been due for the same shift time at first; null for one that was not resent.</summary>
    public DateTimeOffset? FirstDue { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    /// <summary>The reason as a sentence; null while nothing has happened yet.</summary>
    public string? Sentence { get; init; }

    public string? Error { get; init; }

    public required int Generation { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? ShiftStart { get; init; }

    public DateTimeOffset? ShiftEnd { get; init; }

    public string? Label { get; init; }

    public string? TimeZone { get; init; }

    /// <summary>The latest outcome of each device; empty: none is known.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public ReminderCursor Cursor => new(Due, Id);

    /// <summary>The moment from which it is late: when it was due at first, if it was resent.</summary>
    public DateTimeOffset LateFrom => FirstDue ?? Due;

    /// <summary>
    /// How long after it was due a device first accepted it; for what still waits, how late it is by now. A resend is as
    /// late as the person has waited, however soon it followed the act.
    /// </summary>
    public TimeSpan? LatenessAt(DateTimeOffset now) => State switch
    {
        "sent" => AcceptedAt - LateFrom,
        "pending" or "sending" when now > Due => now - LateFrom,
        _ => null,
    };
}

/// <summary>Where a page of the list ended: the next begins after it, however deep that is.</summary>
public readonly record struct ReminderCursor(DateTimeOffset Due, long Id);

/// <param name="Rows">In the order of the filter.</param>
/// <param name="More">Whether there are more after the last of them.</param>
/// <param name="CutShort">True when the time limit ended the search: only the newest day of the range was looked through.</param>
public sealed record ReminderSlice(IReadOnlyList<ReminderRow> Rows, bool More, bool CutShort);

/// <summary>How many reminders each list holds under the filter, counted up to <see cref="Cap"/>.</summary>
public sealed record ReminderCounts(long Pending, long Failed, long Sent, long All)
{
    /// <summary>Beyond it the exact number changes nobody's mind, and counting it would cost.</summary>
    public const int Cap = 10_000;

    public static string Text(long count) => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(count, Cap):N0}{(count > Cap ? "+" : "")}");

    public long Of(ReminderTab tab) => tab switch
    {
        ReminderTab.All => All,
        ReminderTab.Pending => Pending,
        ReminderTab.Failed => Failed,
        ReminderTab.Sent => Sent,
    };
}

/// <summary>What the filter line offers to choose from.</summary>
public sealed record ReminderChoices(IReadOnlyList<KindChoice> Kinds, IReadOnlyList<ReasonChoice> Reasons)
{
    public static ReminderChoices None { get; } = new([], []);
}

public sealed record KindChoice(string Kind, string Title);

public sealed record ReasonChoice(string Reason, string Sentence);
