namespace ShiftReminders.Web.Reminders.Board;

/// <summary>What the verdict counts: links that are not whole, and people who are not reminded.</summary>
internal static class VerdictPoints
{
    // As the alert ShiftRemindersFailing, over an hour instead of a quarter of one.
    private const int ManyLost = 5;
    private const double LargeShare = 0.1;

    // The objective of Figures, from the other side. One phone that was replaced is no reason to look.
    private const double SmallShare = 0.01;

    public static IEnumerable<VerdictPoint> Of(NowBoard board, IEnumerable<BoardLink> links)
    {
        if (board.Pause is { } pause)
            yield return new() { Subject = PointSubject.Pause, State = VerdictState.Look, Words = $"{pause.By} has paused reminders" };
        foreach (var link in links)
            if (link.Problem is { } problem)
                yield return new() { Subject = SubjectOf(link), State = link.State == LinkState.Broken ? VerdictState.Act : VerdictState.Look, Words = problem };
        if (board.History is { } history)
        {
            foreach (var day in history.Unaccounted.Where(day => day.Reminders > 0))
                yield return Unaccounted(day, day == history.Unaccounted[0]);
            if (history.Lost.Reminders > 0) yield return Lost(history.Lost);
        }
        if (board.NextHour.Unreachable is > 0 and var people)
            yield return new() { Subject = PointSubject.Unreachable, State = VerdictState.Look, Words = $"{BoardWords.People(people)} of the next hour cannot be reached" };
    }

    private static PointSubject SubjectOf(BoardLink link) => Enum.Parse<PointSubject>(link.Name);

    private static VerdictPoint Unaccounted(BoardUnaccounted day, bool isToday) => new()
    {
        Subject = PointSubject.Unaccounted,
        State = VerdictState.Act,
        Words = $"{BoardWords.Number(day.Reminders)} {(day.Reminders == 1 ? "reminder" : "reminders")} of {(isToday ? "today" : "yesterday")} {(day.Reminders == 1 ? "is" : "are")} unaccounted for",
        Day = day.Day,
    };

    private static VerdictPoint Lost(BoardLost lost) => new()
    {
        Subject = PointSubject.Lost,
        State = lost.Lately >= ManyLost && lost.Lately >= LargeShare * lost.EndedLately ? VerdictState.Act
            : lost.Lately > 0 || lost.Reminders >= SmallShare * lost.Ended ? VerdictState.Look
            : VerdictState.Ok,
        Words = $"{BoardWords.Number(lost.Reminders)} of {BoardWords.Number(lost.Ended)} reminders reached nobody ({BoardWords.Percent(lost.Reminders, lost.Ended)})",
        Headline = "not everybody was reminded",
        Since = lost.FirstAt,
    };
}
