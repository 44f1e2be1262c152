namespace ShiftReminders.Web.Reminders.Board;

/// <summary>What whoever opens the page is to do.</summary>
public enum VerdictState
{
    Ok,

    /// <summary>Reminders go out; something is to be looked at.</summary>
    Look,

    /// <summary>People are not reminded.</summary>
    Act,

    /// <summary>The board is too old to say.</summary>
    Unknown,
}

/// <summary>The board as an answer: is everything fine for the next hour, and if not, what is to be mended first?</summary>
public sealed record BoardVerdict
{
    public required VerdictState State { get; init; }

    public required string Headline { get; init; }

    public required string Sub { get; init; }

    public required IReadOnlyList<BoardLink> Links { get; init; }

    /// <summary>All that is not as it should be, the worst first.</summary>
    public required IReadOnlyList<VerdictPoint> Points { get; init; }

    public static BoardVerdict Of(NowBoard board)
    {
        BoardLink[] links = [BoardLinks.Cron(board), BoardLinks.Queue(board), BoardLinks.Processors(board), ChannelLink.Of(board)];
        // A queue that waits is what one sees of a broken link behind it: that one is to be mended.
        var worst = links.Where(link => link.State == LinkState.Broken).OrderBy(link => link == links[1]).FirstOrDefault()
            ?? links.FirstOrDefault(link => link.State == LinkState.Warning && link.Problem is not null);
        VerdictPoint[] points = [.. VerdictPoints.Of(board, links).OrderByDescending(point => point.State)];
        return new BoardVerdict
        {
            State = points.Length == 0 ? VerdictState.Ok : points[0].State,
            Headline = HeadlineOf(board, worst, points),
            Sub = SubOf(board, worst, points),
            Links = links,
            Points = points,
        };
    }

    /// <summary>The same board when nobody knows any more whether it still holds.</summary>
    /// <param name="since">When it was read, as the page's clock shows it.</param>
    /// <param name="why">Why it is not read again, as a sentence.</param>
    public BoardVerdict Outdated(string since, string why) => this with
    {
        State = VerdictState.Unknown,
        Headline = $"State unknown since {since}",
        Sub = $"{why} What stands below is as of then.",
        Points = [],
    };

    private static string HeadlineOf(NowBoard board, BoardLink? worst, VerdictPoint[] points) =>
        board.Pause is { } pause ? $"Reminders are paused by {pause.By}: nothing is sent"
        : worst is { State: LinkState.Broken } ? $"One link is broken: {worst.Problem}"
        : worst is not null ? $"Reminders go out, but {worst.Problem}"
        : points is [{ State: not VerdictState.Ok } first, ..] ? $"Reminders go out, but {first.Headline ?? first.Words}"
        : $"Everything is fine: {Due(board)}";

    private static string SubOf(NowBoard board, BoardLink? worst, VerdictPoint[] points)
    {
        var hour = board.NextHour;
        var unreachable = hour switch
        {
            { Unreachable: > 0 and var people } => $"{BoardWords.People(people)} cannot be reached",
            { Reminders: 1 } => "the person it is for has a phone registered",
            _ => "everyone they are for has a phone registered",
        };
        var isFine = board.Pause is null && worst is null && !points.Any(point => point.State != VerdictState.Ok);
        var ahead = isFine
            ? Capital(hour.Reminders == 0 ? "no reminder is due before that" : unreachable)
            : hour.Reminders == 0 ? Capital(Due(board)) : $"{Capital(Due(board))}, {unreachable}";
        return worst?.Remedy is { } remedy ? $"{remedy} {ahead}." : $"{ahead}.";
    }

    private static string Due(NowBoard board) => board.NextHour.Reminders == 0
        ? "nothing is due in the next hour"
        : $"{BoardWords.Number(board.NextHour.Reminders)} due in the next hour";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
