using System.Globalization;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>
/// When the reminders were due: a span that ends now and goes on into the future, or days of the site's calendar.
/// </summary>
public sealed record DueRange
{
    /// <summary>Nothing chosen.</summary>
    public static DueRange Unset { get; } = new();

    /// <summary>Chosen to be unbounded.</summary>
    public static DueRange Any { get; } = new() { Name = "all" };

    public static DueRange Day { get; } = new() { Name = "24h", Back = TimeSpan.FromHours(24) };

    public static DueRange Week { get; } = new() { Name = "7d", Back = TimeSpan.FromDays(7) };

    public static DueRange Month { get; } = new() { Name = "30d", Back = TimeSpan.FromDays(30) };

    public static IReadOnlyList<DueRange> Named { get; } = [Day, Week, Month, Any];

    // Outside, a day is a mistake of typing, and its midnight would not fit PostgreSQL's and .NET's calendars alike.
    private static readonly DateOnly Earliest = new(1970, 1, 1);
    private static readonly DateOnly Latest = new(3000, 1, 1);

    /// <summary>How the address calls it; null for days.</summary>
    public string? Name { get; private init; }

    /// <summary>How far back from now; null: no such bound.</summary>
    public TimeSpan? Back { get; private init; }

    public DateOnly? From { get; private init; }

    /// <summary>The last day, included.</summary>
    public DateOnly? To { get; private init; }

    public bool IsDays => From is not null || To is not null;

    public static DueRange Days(DateOnly? from, DateOnly? to) =>
        from is null && to is null ? Unset : new DueRange { From = from, To = to };

    public static DueRange? Find(string? name) => Named.FirstOrDefault(range => range.Name == name);

    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day >= Earliest && day < Latest ? day : null;

    public static string Write(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The first moment in it, and the first after it.</summary>
    public (DateTimeOffset? From, DateTimeOffset? Until) Bounds(DateTimeOffset now, TimeZoneInfo site) =>
        Back is { } back
            ? (now - back, null)
            : (From is { } from ? StartOf(from, site) : null, To is { } to ? StartOf(to.AddDays(1), site) : null);

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where the clock is put forward at midnight, the day begins when the clock next exists.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
