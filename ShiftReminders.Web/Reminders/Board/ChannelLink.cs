using System.Globalization;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Judges the last link of the chain: whether the channel takes what it is given.</summary>
internal static class ChannelLink
{
    public static BoardLink Of(NowBoard board)
    {
        var used = board.Channels.Where(channel => channel.Used).ToList();
        var channel = used.Find(one => one.Troubles.Any(IsOutage)) ?? used.Find(one => one.Troubles.Count > 0) ?? used.FirstOrDefault();
        if (channel is null)
            return new BoardLink { Name = "Channel", State = LinkState.Good, Value = "idle", LastSuccess = "nothing sent yet" };
        var name = channel.Channel.Split(':')[0];
        var link = new BoardLink
        {
            Name = "Channel",
            State = LinkState.Good,
            Value = channel.LatencyMs is { } latency ? string.Create(CultureInfo.InvariantCulture, $"{name} {latency} ms") : name,
            LastSuccess = channel.AcceptedAt is null ? "nothing accepted yet" : "last accepted",
            LastSuccessAt = channel.AcceptedAt,
        };
        if (channel.Troubles is [var trouble, ..]) return Troubled(board, link, name, channel.Troubles.FirstOrDefault(IsOutage) ?? trouble);
        if (channel.Alarm is { } alarm)
            return link with { State = LinkState.Warning, Value = $"{name} alarm", Problem = $"{name} calls most devices gone", Remedy = alarm };
        return channel.Platforms is [var platform, ..]
            ? link with
            {
                State = LinkState.Warning,
                Value = $"{platform.Platform} paused",
                Problem = $"{platform.Platform} devices have been left out for {BoardWords.Ago(board, platform.Since)}",
                Remedy = $"{platform.Reason.TrimEnd('.')}. Correct that platform's key; the others go on.",
            }
            : link;
    }

    private static bool IsOutage(BoardTrouble trouble) => trouble is { IsDown: true, Platform: null };

    private static BoardLink Troubled(NowBoard board, BoardLink link, string name, BoardTrouble trouble)
    {
        var where = string.IsNullOrEmpty(trouble.Platform) ? name : $"{name} on {trouble.Platform}";
        var since = BoardWords.Ago(board, trouble.Since);
        var why = trouble.Reason is { } reason ? reason.TrimEnd('.') + ". " : "";
        link = link with { State = IsOutage(trouble) ? LinkState.Broken : LinkState.Warning };
        return trouble.Kind switch
        {
            "refused" => link with
            {
                Value = $"{name} down",
                Problem = $"{name} has refused our credentials for {since}",
                Remedy = $"{(trouble.Reason ?? "No reason was given").TrimEnd('.')}. Correct the credentials; a probe brings it back by itself.",
            },
            "unreachable" => link with
            {
                Value = $"{name} unreachable",
                Problem = $"{(trouble.IsDown ? "no processor has" : $"{trouble.Failed} of {trouble.Attempts} processors have not")} reached {name} for {since}",
                Remedy = $"{why}Check the network, and the provider's status; they try again by themselves.",
            },
            "silent" => link with
            {
                Value = $"{name} silent",
                Problem = $"{name} has not answered {Pushes(trouble.Attempts)} for {since}",
                Remedy = "They may still get through; what does not is tried again.",
            },
            _ => link with
            {
                Value = trouble.IsDown ? $"{where} failing" : $"{where} fails in part",
                Problem = $"{Number(trouble.Failed)} of {Pushes(trouble.Attempts)} through {where} have failed in {since}",
                LastSuccess = trouble.LastAcceptedAt is null ? "nothing accepted yet; failing since" : "failing since",
                LastSuccessAt = trouble.Since,
                Remedy = $"{why}Look at the provider's status. What is still useful is tried again by itself.",
            },
        };
    }

    private static string Pushes(long? count) => count == 1 ? "1 push" : $"{Number(count)} pushes";

    private static string Number(long? count) => (count ?? 0).ToString("N0", CultureInfo.InvariantCulture);
}
