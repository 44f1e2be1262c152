using System.Globalization;
using System.Text;

namespace ShiftReminders.Web.Reminders;

/// <summary>
/// A rule's text with placeholders: <c>{start}</c>, <c>{end}</c> and <c>{anchor}</c> are clock times of the shift in its
/// own zone, <c>{date}</c> the anchor's day there, <c>{name}</c> the person, <c>{label}</c> the shift. <c>{{</c> and
/// <c>}}</c> stand for braces.
/// </summary>
public sealed class ReminderTemplate
{
    /// <summary>The placeholders' names, without braces.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["start", "end", "anchor", "date", "name", "label"];

    private const int LongestValue = 120;

    private readonly List<Part> parts = [];

    private ReminderTemplate()
    {
    }

    /// <summary>The first placeholder that means nothing, with its braces; null: the template is good.</summary>
    public string? Unknown { get; private set; }

    public static ReminderTemplate Parse(string text)
    {
        var template = new ReminderTemplate();
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (IsDoubled(text, at)) literal.Append(text[at++]);
            else if (text[at] != '{') literal.Append(text[at]);
            else at = template.AddPlaceholder(text, at, literal);
        }
        template.AddLiteral(literal);
        return template;
    }

    /// <summary>Fills the template in. What is not known of a shift or person leaves no gap in the sentence.</summary>
    public string Fill(ReminderValues values, ShiftClock clock)
    {
        var text = new StringBuilder();
        var gap = false;
        foreach (var part in parts)
        {
            var value = part.Literal ?? Value(part.Placeholder!, values, clock);
            gap |= value.Length == 0;
            text.Append(value);
        }
        return gap ? WithoutGaps(text) : text.ToString();
    }

    private static string Value(string placeholder, ReminderValues values, ShiftClock clock) => placeholder switch
    {
        "start" => TimeOf(values.StartAt, clock),
        "end" => TimeOf(values.EndAt, clock),
        "anchor" => clock.Time(values.AnchorAt),
        "date" => clock.Date(values.AnchorAt),
        "name" => Fitted(values.Name),
        "label" => Fitted(values.Label),
        _ => "{" + placeholder + "}",
    };

    /// <summary>A phone shows a line or two, and FCM takes 4 KB: the rest of a long name is left out, and the reminder goes out.</summary>
    private static string Fitted(string? value)
    {
        if (value is null || value.Length <= LongestValue) return value ?? "";
        var length = 0;
        // Whole characters as people see them: half an emoji is none.
        while (StringInfo.GetNextTextElementLength(value, length) is var next && length + next < LongestValue) length += next;
        return value[..length].TrimEnd() + "…";
    }

    private static string TimeOf(DateTime? utc, ShiftClock clock) => utc is { } known ? clock.Time(known) : "";

    private int AddPlaceholder(string text, int open, StringBuilder literal)
    {
        var close = text.IndexOf('}', open);
        var name = close < 0 ? text[(open + 1)..] : text[(open + 1)..close];
        if (close < 0) Unknown ??= text[open..];
        else if (!Placeholders.Contains(name)) Unknown ??= text[open..(close + 1)];
        AddLiteral(literal);
        parts.Add(new Part(null, name));
        return close < 0 ? text.Length : close;
    }

    private void AddLiteral(StringBuilder literal)
    {
        if (literal.Length == 0) return;
        parts.Add(new Part(literal.ToString(), null));
        literal.Clear();
    }

    private static bool IsDoubled(string text, int at) =>
        text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at];

    private static string WithoutGaps(StringBuilder text)
    {
        text.Replace("  ", " ");
        foreach (var mark in (ReadOnlySpan<string>)[",", ".", "!", "?", ":"])
            text.Replace(" " + mark, mark);
        return text.ToString().Trim(' ', ',', ':');
    }

    private sealed record Part(string? Literal, string? Placeholder);
}
