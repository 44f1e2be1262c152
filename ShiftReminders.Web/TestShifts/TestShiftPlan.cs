namespace ShiftReminders.Web.TestShifts;

/// <summary>What a tester wants. Times count from the moment at which the shifts are made.</summary>
public sealed record TestShiftPlan
{
    public const int MostShifts = 5000;

    /// <summary>They take turns.</summary>
    public required IReadOnlyList<Guid> People { get; init; }

    /// <summary>1 to <see cref="MostShifts"/>.</summary>
    public required int Shifts { get; init; }

    public required TimeSpan StartsIn { get; init; }

    public required TimeSpan Lasts { get; init; }

    /// <summary>How much later each shift starts than the one before; zero: all at once.</summary>
    public TimeSpan Apart { get; init; }

    public string? Label { get; init; }

    /// <summary>IANA name; null: the site's zone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When the check-in is logged; null: nobody checks in.</summary>
    public TimeSpan? CheckInAfter { get; init; }

    public TimeSpan? CheckOutAfter { get; init; }

    /// <summary>Queues what is due at once instead of leaving it to the next tick, up to a minute later.</summary>
    public bool EnqueueNow { get; init; }

    public required string Why { get; init; }
}
