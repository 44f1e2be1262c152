using System.Globalization;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Shifts;

/// <summary>What the address of the board asks for. Whatever is absurd in it is left out.</summary>
public sealed record BoardView
{
    public const string UnreachableFilter = "unreachable";
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    public required DateOnly Day { get; init; }

    /// <summary>Part of a person's name or of the shift's label, or the shift's number.</summary>
    public string Words { get; init; } = "";

    public LedgerGroup? Group { get; init; }

    /// <summary>Only shifts of people whom no phone can reach before their shift.</summary>
    public bool Unreachable { get; init; }

    public long? Shift { get; init; }

    public Guid? Person { get; init; }

    public string? Kind { get; init; }

    public static BoardView Parse(string? day, string? words, string? show, string? shift, string? person, string? kind, DateOnly today) => new()
    {
        Day = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked)
            && asked >= Earliest && asked <= Latest ? asked : today,
        Words = words?.Trim() is { Length: <= 200 } typed ? typed : "",
        Group = Enum.TryParse<LedgerGroup>(show, ignoreCase: true, out var group) && Enum.IsDefined(group) && !char.IsAsciiDigit(show![0]) ? group : null,
        Unreachable = show == UnreachableFilter,
        Shift = long.TryParse(shift, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
        Person = Guid.TryParse(person, out var user) ? user : null,
        Kind = kind is { Length: > 0 and <= 40 } ? kind : null,
    };

    /// <summary>The day as moments, by the site's clock.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Range(TimeZoneInfo zone) => (LocalTime.StartOf(Day, zone), LocalTime.StartOf(Day.AddDays(1), zone));

    /// <param name="shift">One of the day.</param>
    /// <param name="found">The names and labels that contain <see cref="Words"/>.</param>
    /// <param name="now">The moment.</param>
    public bool Shows(BoardShift shift, IReadOnlySet<string> found, DateTimeOffset now) =>
        (Group is null || shift.Reminders.Any(row => Counts(row, now)))
        && (!Unreachable || shift.CannotBeReached(now))
        && (Words.Length == 0 || Matches(shift, found));

    /// <summary>Whether the filter counts that reminder; the others of its shift are shown beside it.</summary>
    public bool Counts(BoardRow reminder, DateTimeOffset now) => Group is null || Ledger.GroupOf(reminder, now) == Group;

    /// <summary>Whether that is the shift and person that is asked about.</summary>
    public bool Names(BoardShift shift) => shift.Shift.ScheduleId == Shift && shift.Shift.UserId == Person;

    /// <summary>Why the explained shift is not among those listed, as a sentence; null: it is.</summary>
    public string? WhyUnlisted(IReadOnlyList<BoardShift> day, IReadOnlySet<string> found, DateTimeOffset now) => day.FirstOrDefault(Names) switch
    {
        null => "This shift and person are not on this day's board.",
        var named when Shows(named, found, now) => null,
        _ => "The filter leaves this shift out of the list.",
    };

    private bool Matches(BoardShift shift, IReadOnlySet<string> found) =>
        found.Contains(shift.Who)
        || (shift.Shift.Label is { } label && found.Contains(label))
        || shift.Shift.ScheduleId.ToString(CultureInfo.InvariantCulture) == Words.TrimStart('#');
}
