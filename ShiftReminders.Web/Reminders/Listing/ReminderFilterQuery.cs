using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Web.Reminders.Listing;

/// <summary>The filter as a query string and back. What cannot be read is left out and said, never guessed.</summary>
public static class ReminderFilterQuery
{
    public const string Tab = "tab";
    public const string State = "state";
    public const string Kind = "kind";
    public const string Person = "person";
    public const string Shift = "shift";
    public const string Act = "act";
    public const string Outcome = "outcome";
    public const string Reason = "reason";
    public const string Due = "due";
    public const string From = "from";
    public const string To = "to";
    public const string Text = "q";
    public const string Order = "order";
    private const string OldestFirst = "oldest";
    private const int LongestText = 200;
    private const int LongestCode = 60;

    public static ReminderFilter Parse(string query) => Parse(query, out _);

    /// <param name="query">A query string, with or without its question mark.</param>
    /// <param name="ignored">The names of parameters whose values mean nothing here.</param>
    public static ReminderFilter Parse(string query, out IReadOnlyList<string> ignored)
    {
        var values = QueryHelpers.ParseQuery(query);
        var unread = new List<string>();
        ignored = unread;
        return new ReminderFilter
        {
            Tab = Read(values, Tab, unread, TabOf) ?? ReminderTab.All,
            State = ReadText(values, State, unread, text => ReminderStates.Choices.FirstOrDefault(state => state == text)),
            Kind = ReadText(values, Kind, unread, CodeOf),
            Person = Read(values, Person, unread, text => Guid.TryParse(text, out var person) ? person : (Guid?)null),
            Shift = Read(values, Shift, unread, NumberOf),
            Act = Read(values, Act, unread, NumberOf),
            Outcome = ReadText(values, Outcome, unread, text => values.ContainsKey(Act) ? ActOutcomes.All.FirstOrDefault(outcome => outcome == text) : null),
            Reason = ReadText(values, Reason, unread, CodeOf),
            Due = ReadDue(values, unread),
            Text = TextOf(values.GetValueOrDefault(Text).FirstOrDefault()),
            OldestFirst = values.GetValueOrDefault(Order) == OldestFirst,
        };
    }

    /// <summary>The same filter as a query string that begins with a question mark; empty for no filter.</summary>
    public static string Write(ReminderFilter filter) => QueryHelpers.AddQueryString("", Pairs(filter));

    public static Dictionary<string, string?> Pairs(ReminderFilter filter)
    {
        var pairs = new Dictionary<string, string?>
        {
            [Tab] = filter.Tab == ReminderTab.All ? null : NameOf(filter.Tab),
            [State] = filter.State,
            [Kind] = filter.Kind,
            [Person] = filter.Person?.ToString(),
            [Shift] = filter.Shift?.ToString(CultureInfo.InvariantCulture),
            [Act] = filter.Act?.ToString(CultureInfo.InvariantCulture),
            [Outcome] = filter.Outcome,
            [Reason] = filter.Reason,
            [Due] = filter.Due.Name,
            [From] = filter.Due.From is { } from ? DueRange.Write(from) : null,
            [To] = filter.Due.To is { } to ? DueRange.Write(to) : null,
            [Text] = filter.Text,
            [Order] = filter.OldestFirst ? OldestFirst : null,
        };
        return pairs.Where(pair => pair.Value is not null).ToDictionary();
    }

    public static string NameOf(ReminderTab tab) => tab switch
    {
        ReminderTab.All => "all",
        ReminderTab.Pending => "pending",
        ReminderTab.Failed => "failed",
        ReminderTab.Sent => "sent",
    };

    /// <summary>The text as it may be searched for: trimmed, cut, and without what PostgreSQL's text cannot hold.</summary>
    public static string? TextOf(string? value)
    {
        if (value is null) return null;
        var cut = value.Length <= LongestText ? value : value[..LongestText];
        var clean = string.Concat(cut.EnumerateRunes().Where(rune => rune.Value != 0 && rune != System.Text.Rune.ReplacementChar)).Trim();
        return clean.Length == 0 ? null : clean;
    }

    private static DueRange ReadDue(Dictionary<string, StringValues> values, List<string> unread)
    {
        var from = Read(values, From, unread, DueRange.ParseDay);
        var to = Read(values, To, unread, DueRange.ParseDay);
        if (from > to)
        {
            unread.Add(To);
            to = null;
        }
        var named = ReadText(values, Due, unread, name => DueRange.Find(name)?.Name);
        return from is null && to is null ? DueRange.Find(named) ?? DueRange.Unset : DueRange.Days(from, to);
    }

    private static ReminderTab? TabOf(string text) =>
        Enum.GetValues<ReminderTab>().Where(tab => NameOf(tab) == text).Select(tab => (ReminderTab?)tab).FirstOrDefault();

    private static long? NumberOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? CodeOf(string text) =>
        text.Length <= LongestCode && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? text : null;

    private static T? Read<T>(Dictionary<string, StringValues> values, string name, List<string> unread, Func<string, T?> parse)
        where T : struct
    {
        if (values.GetValueOrDefault(name).FirstOrDefault() is not { Length: > 0 } text) return null;
        var value = parse(text);
        if (value is null) unread.Add(name);
        return value;
    }

    private static string? ReadText(Dictionary<string, StringValues> values, string name, List<string> unread, Func<string, string?> parse)
    {
        if (values.GetValueOrDefault(name).FirstOrDefault() is not { Length: > 0 } text) return null;
        var value = parse(text);
        if (value is null) unread.Add(name);
        return value;
    }
}
