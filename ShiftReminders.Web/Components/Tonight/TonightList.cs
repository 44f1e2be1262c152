using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Tonight;

/// <summary>One line of the list: a reminder of the span, and why its person does not get it; null: they do, or need none.</summary>
public sealed record TonightRow(BoardShift Shift, BoardRow Reminder, string Kind, Unreminded? Unreminded, string? Why);

/// <summary>The reminders of a span in the order in which they are due, with those that do not reach their person.</summary>
public sealed record TonightList
{
    /// <summary>All that fall due in the span.</summary>
    public required IReadOnlyList<TonightRow> All { get; init; }

    /// <summary>Those that do not reach their person.</summary>
    public required IReadOnlyList<TonightRow> Unreminded { get; init; }

    /// <summary>How many different people are not reminded.</summary>
    public int People => Unreminded.Select(row => row.Reminder.UserId).Distinct().Count();

    /// <summary>How many people have a shift in the span.</summary>
    public int OnShift => All.Select(row => row.Reminder.UserId).OfType<Guid>().Distinct().Count();

    /// <summary>Each cause that occurs, with how often.</summary>
    public IReadOnlyList<(UnremindedCause Cause, int Count)> Causes =>
        [.. Unreminded.CountBy(row => row.Unreminded!.Cause).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))];

    public IReadOnlyList<TonightRow> Shown(TonightView view) => view switch
    {
        { Everything: true } => All,
        { Cause: { } cause } => [.. Unreminded.Where(row => row.Unreminded!.Cause == cause)],
        _ => Unreminded,
    };

    /// <summary>As it stands: the page and its file read the same.</summary>
    public static async Task<TonightList> ReadAsync(
        ShiftBoard board, RuleBook rules, (DateTimeOffset From, DateTimeOffset To) range, DateTimeOffset now, CancellationToken cancellationToken) =>
        Of(await board.BetweenAsync(range.From, range.To, cancellationToken), await rules.ListAsync(cancellationToken),
            await board.SentencesAsync(cancellationToken), range, now);

    /// <param name="board">The shifts that start or end in the span.</param>
    /// <param name="rules">For the names of the reminders.</param>
    /// <param name="sentences">What each reason of a state means.</param>
    /// <param name="range">The span.</param>
    /// <param name="now">The moment.</param>
    public static TonightList Of(
        IReadOnlyList<BoardShift> board, IReadOnlyList<Rule> rules, IReadOnlyDictionary<(string State, string Reason), string> sentences,
        (DateTimeOffset From, DateTimeOffset To) range, DateTimeOffset now)
    {
        var titles = rules.ToDictionary(rule => rule.NotifyType, rule => rule.Title);
        var rows =
            from shift in board
            let unreminded = Web.Shifts.Unreminded.Of(shift, now).ToDictionary(one => one.Reminder.NotifyType)
            from reminder in shift.Reminders
                // Without usable times there is no moment at which it is due; the shift's own is in the span.
            where reminder.DueAt is null || (reminder.DueAt >= range.From && reminder.DueAt < range.To)
            where reminder.Standing != "rule_disabled"
            let one = unreminded.GetValueOrDefault(reminder.NotifyType)
            orderby reminder.DueAt ?? reminder.StartAt ?? reminder.EndAt, shift.Who
            select new TonightRow(
                shift, reminder, titles.GetValueOrDefault(reminder.NotifyType, reminder.NotifyType), one,
                one is null ? null : UnremindedWords.SentenceOf(one, sentences));
        var all = rows.ToList();
        return new TonightList { All = all, Unreminded = [.. all.Where(row => row.Unreminded is not null)] };
    }
}
