using System.Globalization;
using System.Text;

namespace ShiftReminders.Web.Access;

/// <summary>Which lines of the audit; read from an address that anybody may have typed.</summary>
public sealed record AuditFilter
{
    private const int LongestText = 200;
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2200, 1, 1);

    /// <summary>Part of the name of who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Exactly this act.</summary>
    public string? Act { get; init; }

    /// <summary>Part of what it was done to, or of the reason.</summary>
    public string? Subject { get; init; }

    /// <summary>From this day on, in the site's zone.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Up to and with this day, in the site's zone.</summary>
    public DateOnly? To { get; init; }

    public bool IsEmpty => this == new AuditFilter();

    public static AuditFilter Parse(string? actor, string? act, string? subject, string? from, string? to) => new()
    {
        Actor = Text(actor),
        Act = Text(act),
        Subject = Text(subject),
        From = Day(from),
        To = Day(to),
    };

    /// <summary>The same filter as names and values of a query string.</summary>
    public IReadOnlyDictionary<string, object?> ToQuery() => new Dictionary<string, object?>
    {
        ["actor"] = Actor,
        ["act"] = Act,
        ["subject"] = Subject,
        ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string? Text(string? value)
    {
        if (value is null) return null;
        var cut = value.Length <= LongestText ? value : value[..LongestText];
        // PostgreSQL's text knows neither NUL nor half an emoji, which the cut may leave.
        var clean = string.Concat(cut.EnumerateRunes().Where(rune => rune.Value != 0 && rune != Rune.ReplacementChar)).Trim();
        return clean.Length == 0 ? null : clean;
    }

    private static DateOnly? Day(string? value) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day > Earliest && day < Latest
            ? day
            : null;
}
