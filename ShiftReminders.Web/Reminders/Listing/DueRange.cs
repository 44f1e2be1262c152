using System.Globalization;
using ShiftReminders.Web.Data;

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

    /// <summary>Due already.</summary>
    public static DueRange Past { get; } = new() { Name = "past" };

    public static IReadOnlyList<DueRange> Named { get; } = [Day, Week, Month, Any, Past];

    private const string HourForm = "yyyy-MM-dd'T'HH'Z'";

    // Outside, a day is a mistake of typing, and its midnight would not fit PostgreSQL's and .NET's calendars alike.
    private static readonly DateOnly Earliest = new(1970, 1, 1);
    private static readonly DateOnly Latest = new(3000, 1, 1);

    /// <summary>How the address calls it; null for days.</summary>
    public string? Name { get; private init; }

    /// <summary>How far back from now; null: no such bound.</summary>
    public TimeSpan? Back { get; private init; }

    /// <summary>The beginning of the one hour that it is; null: it is none.</summary>
    public DateTimeOffset? Hour { get; private init; }

    public DateOnly? From { get; private init; }

    /// <summary>The last day, included.</summary>
    public DateOnly? To { get; private init; }

    public bool IsDays => From is not null || To is not null;

    public static DueRange Days(DateOnly? from, DateOnly? to) =>
        from is null && to is null ? Unset : new DueRange { From = from, To = to };

    /// <summary>One hour, named in UTC so that its address means the same to everybody.</summary>
    public static DueRange HourFrom(DateTimeOffset hour) =>
        new() { Name = hour.UtcDateTime.ToString(HourForm, CultureInfo.InvariantCulture), Hour = hour.ToUniversalTime() };

    public static DueRange? Find(string? name) => Named.FirstOrDefault(range => range.Name == name)
        ?? (DateTimeOffset.TryParseExact(name, HourForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour)
            && hour.Year is >= 1970 and < 3000 ? HourFrom(hour) : null);

    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day >= Earliest && day < Latest ? day : null;

    public static string Write(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The first moment in it, and the first after it.</summary>
    public (DateTimeOffset? From, DateTimeOffset? Until) Bounds(DateTimeOffset now, TimeZoneInfo site) =>
        Back is { } back ? (now - back, null)
            : Hour is { } hour ? (hour, hour.AddHours(1))
            : this == Past ? (null, now)
            : (From is { } from ? LocalTime.StartOf(from, site) : null, To is { } to ? LocalTime.StartOf(to.AddDays(1), site) : null);
}
