namespace ShiftReminders.Web.Shifts;

/// <summary>Where a reminder that the shifts and rules ask for has gone. The sum of all is what was expected.</summary>
public enum LedgerGroup
{
    /// <summary>It should exist and does not, and nothing explains it.</summary>
    Unaccounted,
    Failed,
    TooLate,

    /// <summary>The shift's times cannot be used.</summary>
    Unusable,
    ToCome,
    Sent,
    NotNeeded,

    /// <summary>Due before Shift Reminders, or the rule, watched over it: nobody can say whether it was sent.</summary>
    NotWatched,
    Purged,
}

/// <summary>Expected against actual, over the shifts of a board.</summary>
public sealed record Ledger
{
    private Ledger(IReadOnlyDictionary<LedgerGroup, int> counts) => Counts = counts;

    public IReadOnlyDictionary<LedgerGroup, int> Counts { get; }

    public int All => Counts.Values.Sum();

    public int this[LedgerGroup group] => Counts.GetValueOrDefault(group);

    public static Ledger Of(IEnumerable<BoardShift> shifts, DateTimeOffset now) => new(shifts
        .SelectMany(shift => shift.Reminders).CountBy(row => GroupOf(row, now)).ToDictionary(pair => pair.Key, pair => pair.Value));

    /// <summary>What the next tick can still queue is on its way, a rule's or a shift's that was made a moment ago among it.</summary>
    public static LedgerGroup GroupOf(BoardRow row, DateTimeOffset now) => GroupOf(row.Standing) switch
    {
        LedgerGroup.Unaccounted when row.ExpiresAt > now => LedgerGroup.ToCome,
        var group => group,
    };

    public static LedgerGroup GroupOf(string standing) => standing switch
    {
        "missing" => LedgerGroup.Unaccounted,
        "failed" => LedgerGroup.Failed,
        "expired" => LedgerGroup.TooLate,
        "bad_times" => LedgerGroup.Unusable,
        "expected" or "pending" or "sending" => LedgerGroup.ToCome,
        "sent" => LedgerGroup.Sent,
        "not_watched" => LedgerGroup.NotWatched,
        "purged" => LedgerGroup.Purged,
        _ => LedgerGroup.NotNeeded,
    };
}
