using System.Globalization;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>
/// A filter with its words looked up and its range made into moments: counting, paging, exporting and acting on the
/// same scope speak of the same reminders.
/// </summary>
public sealed record ReminderScope
{
    public required ReminderFilter Filter { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>The act that the filter names; null where it names none, or one that resent nothing.</summary>
    public FollowedAct? Act { get; init; }

    /// <summary>The only reminders that it may be; null: any.</summary>
    public IReadOnlyList<long>? Ids => Filter.Act is null ? null : Act?.RemindersOf(Filter.Outcome) ?? [];

    /// <summary>What the text may mean; null when there is no text.</summary>
    public TextMeaning? Text { get; init; }

    /// <summary>The same, looked through no further than a day back from its newest end.</summary>
    public ReminderScope NewestDay(DateTimeOffset now)
    {
        var newest = Until is { } until && until < now ? until : now;
        var dayBefore = newest - TimeSpan.FromDays(1);
        return From >= dayBefore ? this : this with { From = dayBefore };
    }
}

/// <summary>A text that was searched for, as the things that it may name.</summary>
public sealed record TextMeaning
{
    public const int MostPeople = 50;
    public const int ShortestWord = 3;

    /// <summary>The people whose names contain it, at most <see cref="MostPeople"/>.</summary>
    public IReadOnlyList<Guid> People { get; init; } = [];

    public bool MorePeople { get; init; }

    /// <summary>A shift's or a reminder's number.</summary>
    public long? Number { get; init; }

    /// <summary>What an error must contain.</summary>
    public string? Error { get; init; }

    /// <summary>True when the text is too short to be looked for in names and errors.</summary>
    public bool TooShort { get; init; }

    /// <summary>A pasted notification id is the shift and the person that it names; anything else stays text.</summary>
    public static ReminderFilter TakeApart(ReminderFilter filter)
    {
        if (filter.Text is not { } text) return filter;
        if (Guid.TryParse(text, out var person)) return filter with { Text = null, Person = person };
        // shift-{schedule_id}-{user_id}-{notify_type}
        const string prefix = "shift-";
        const int uuid = 36;
        if (!text.StartsWith(prefix, StringComparison.Ordinal)) return filter;
        var dash = text.IndexOf('-', prefix.Length);
        if (dash < 0 || text.Length < dash + 1 + uuid
            || !long.TryParse(text[prefix.Length..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var shift)
            || !Guid.TryParseExact(text.Substring(dash + 1, uuid), "D", out person))
            return filter;
        var kind = text[(dash + 1 + uuid)..].TrimStart('-');
        return filter with { Text = null, Shift = shift, Person = person, Kind = kind.Length > 0 ? kind : filter.Kind };
    }
}
