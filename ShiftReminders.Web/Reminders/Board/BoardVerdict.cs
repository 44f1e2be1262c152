using System.Globalization;

namespace ShiftReminders.Web.Reminders.Board;

public enum LinkState
{
    Good,
    Warning,
    Broken,
}

/// <summary>One link of the chain from the clock to the phone.</summary>
public sealed record BoardLink
{
    public required string Name { get; init; }

    public required LinkState State { get; init; }

    /// <summary>The few words in large letters.</summary>
    public required string Value { get; init; }

    /// <summary>What last succeeded; the page writes how long ago after it.</summary>
    public string? LastSuccess { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>The broken link as a headline; null when it is whole.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }
}

/// <summary>The board as an answer: is everything fine for the next hour, and if not, which link is the first to be broken?</summary>
public sealed record BoardVerdict
{
    public required LinkState State { get; init; }

    public required string Headline { get; init; }

    public required string Sub { get; init; }

    public required IReadOnlyList<BoardLink> Links { get; init; }

    public static BoardVerdict Of(NowBoard board)
    {
        BoardLink[] links = [BoardLinks.Cron(board), BoardLinks.Queue(board), BoardLinks.Processors(board), ChannelLink.Of(board)];
        // A queue that waits is what one sees of a broken link behind it: that one is to be mended.
        var worst = links.Where(link => link.State == LinkState.Broken).OrderBy(link => link == links[1]).FirstOrDefault()
            ?? links.FirstOrDefault(link => link.State == LinkState.Warning);
        return new BoardVerdict
        {
            State = board.Pause is not null ? LinkState.Warning : worst?.State ?? LinkState.Good,
            Headline = HeadlineOf(board, worst),
            Sub = SubOf(board, worst),
            Links = links,
        };
    }

    private static string HeadlineOf(NowBoard board, BoardLink? worst) =>
        board.Pause is { } pause ? $"Reminders are paused by {pause.By}: nothing is sent"
        : worst is { State: LinkState.Broken } ? $"One link is broken: {worst.Problem}"
        : worst is not null ? $"Reminders go out, but {worst.Problem}"
        : $"Everything is fine: {Due(board)}";

    private static string SubOf(NowBoard board, BoardLink? worst)
    {
        var hour = board.NextHour;
        var unreachable = hour switch
        {
            { Unreachable: > 0 and var people } => $"{People(people)} cannot be reached",
            { Reminders: 1 } => "the person it is for has a phone registered",
            _ => "everyone they are for has a phone registered",
        };
        var ahead = board.Pause is null && worst is null
            ? Capital(hour.Reminders == 0 ? "no reminder is due before that" : unreachable)
            : hour.Reminders == 0 ? Capital(Due(board)) : $"{Capital(Due(board))}, {unreachable}";
        return worst?.Remedy is { } remedy ? $"{remedy} {ahead}." : $"{ahead}.";
    }

    private static string Due(NowBoard board) => board.NextHour.Reminders == 0
        ? "nothing is due in the next hour"
        : string.Create(CultureInfo.InvariantCulture, $"{board.NextHour.Reminders:N0} due in the next hour");

    private static string People(long count) => count == 1 ? "1 person" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} people");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
