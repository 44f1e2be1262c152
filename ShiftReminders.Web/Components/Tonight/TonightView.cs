using System.Globalization;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Tonight;

/// <summary>What the address of the list asks for: a span of one night, by the site's clock. Whatever is absurd in it is left out.</summary>
public sealed record TonightView
{
    /// <summary>Up to then somebody who asks for tonight means the night that ends.</summary>
    private static readonly TimeOnly NightEnds = new(10, 0);

    private static readonly TimeOnly UsualFrom = new(18, 0);
    private static readonly TimeOnly UsualTo = new(8, 0);
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    /// <summary>The day on which the span begins.</summary>
    public required DateOnly Day { get; init; }

    public TimeOnly From { get; init; } = UsualFrom;

    /// <summary>On the next day where it is not after <see cref="From"/>.</summary>
    public TimeOnly To { get; init; } = UsualTo;

    /// <summary>Only what is not reminded for this cause; null: for any.</summary>
    public UnremindedCause? Cause { get; init; }

    /// <summary>Every reminder of the span, also those that are sent or will be.</summary>
    public bool Everything { get; init; }

    /// <param name="day">As <c>yyyy-MM-dd</c>.</param>
    /// <param name="from">As <c>HH:mm</c>.</param>
    /// <param name="to">As <c>HH:mm</c>.</param>
    /// <param name="why">The name of a cause.</param>
    /// <param name="show"><c>all</c> for <see cref="Everything"/>.</param>
    /// <param name="now">The moment by the site's clock.</param>
    public static TonightView Parse(string? day, string? from, string? to, string? why, string? show, DateTime now) => new()
    {
        Day = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked)
            && asked >= Earliest && asked <= Latest ? asked : DayOf(now),
        From = TimeOf(from) ?? UsualFrom,
        To = TimeOf(to) ?? UsualTo,
        Cause = Enum.GetValues<UnremindedCause>().Where(cause => NameOf(cause) == why).Select(cause => (UnremindedCause?)cause).FirstOrDefault(),
        Everything = show == "all",
    };

    /// <summary>The day on whose evening tonight begins.</summary>
    public static DateOnly DayOf(DateTime now) =>
        TimeOnly.FromDateTime(now) < NightEnds ? DateOnly.FromDateTime(now).AddDays(-1) : DateOnly.FromDateTime(now);

    /// <summary>The same as a query, without what is usual.</summary>
    public IReadOnlyDictionary<string, object?> Query(DateOnly tonight) => new Dictionary<string, object?>
    {
        ["day"] = Day == tonight ? null : Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["from"] = From == UsualFrom ? null : Text(From),
        ["to"] = To == UsualTo ? null : Text(To),
        ["why"] = Cause is { } cause && !Everything ? NameOf(cause) : null,
        ["show"] = Everything ? "all" : null,
    };

    /// <summary>The span as moments.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Range(TimeZoneInfo site) =>
        (LocalTime.At(Day.ToDateTime(From), site), LocalTime.At((To > From ? Day : Day.AddDays(1)).ToDateTime(To), site));

    public static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string NameOf(UnremindedCause cause) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    private static TimeOnly? TimeOf(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
