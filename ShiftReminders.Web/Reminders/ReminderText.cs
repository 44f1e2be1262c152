using System.Collections.Concurrent;

namespace ShiftReminders.Web.Reminders;

/// <summary>Writes what a phone will show. It speaks of clock times, so a late reminder is still true.</summary>
/// <param name="siteZone">The zone of shifts that name none, or one that this machine does not know.</param>
public sealed class ReminderText(TimeZoneInfo siteZone)
{
    // Texts come from a table that admins edit: a handful at a time, but without end over the years.
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<string, ReminderTemplate> templates = new();
    private readonly ConcurrentDictionary<(string?, string?), ShiftClock> clocks = new();

    /// <summary>Writes a claimed reminder's text; what is wrong with its templates comes back as a value.</summary>
    public Wording Write(ClaimedReminder reminder) => Write(
        reminder.NotifyType,
        reminder.TitleTemplate,
        reminder.BodyTemplate,
        new ReminderValues
        {
            StartAt = reminder.StartAt,
            EndAt = reminder.EndAt,
            AnchorAt = reminder.AnchorAt,
            Label = reminder.Label,
            Name = reminder.DisplayName,
        },
        reminder.TimeZone,
        reminder.Locale);

    /// <summary>Writes a text from its templates, also for a preview.</summary>
    public Wording Write(
        string rule, string titleTemplate, string bodyTemplate, ReminderValues values, string? timeZone, string? locale)
    {
        var (title, body) = (Template(titleTemplate), Template(bodyTemplate));
        var clock = Clock(timeZone, locale);
        return new Wording(title.Fill(values, clock), body.Fill(values, clock))
        {
            Problem = Problem(rule, locale, title.Unknown ?? body.Unknown),
            Warning = clock.Warning,
        };
    }

    private ReminderTemplate Template(string text) => Kept(templates, text, ReminderTemplate.Parse);

    private ShiftClock Clock(string? timeZone, string? locale) =>
        Kept(clocks, (timeZone, locale), key => ShiftClock.For(key.Item1, key.Item2, siteZone));

    private static TValue Kept<TKey, TValue>(ConcurrentDictionary<TKey, TValue> kept, TKey key, Func<TKey, TValue> make)
        where TKey : notnull
    {
        if (kept.TryGetValue(key, out var value)) return value;
        if (kept.Count >= MostKept) kept.Clear();
        return kept.GetOrAdd(key, make);
    }

    private static string? Problem(string rule, string? locale, string? unknown) => unknown is null ? null
        : $"The text of rule {rule} ({locale ?? "default"}) has the unknown placeholder {unknown}. "
          + $"Known are {string.Join(", ", ReminderTemplate.Placeholders.Select(name => "{" + name + "}"))}.";
}

/// <summary>A reminder's text.</summary>
public sealed record Wording(string Title, string Body)
{
    /// <summary>Why this text must not be sent, naming the rule and the placeholder; null: it may.</summary>
    public string? Problem { get; init; }

    /// <summary>What is not as it should be although the text may be sent, such as an unknown time zone.</summary>
    public string? Warning { get; init; }

    // A record prints all its properties, and the text is nobody's business but the person's.
    public override string ToString() => Problem ?? "a text";
}
