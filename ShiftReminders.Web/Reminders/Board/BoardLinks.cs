using System.Globalization;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Judges each link of the chain: cron → queue → processors → channel.</summary>
internal static class BoardLinks
{
    // The watchdog takes over after two minutes of silence; a minute more, and it has not.
    private static readonly TimeSpan CronSilence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EnqueueSilence = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static BoardLink Cron(NowBoard board)
    {
        var cron = board.Cron;
        var link = new BoardLink { Name = "Cron", State = LinkState.Good, Value = "ticking", LastSuccess = "last tick", LastSuccessAt = cron.LastGoodAt };
        if (board.Pause is not null) return link with { State = LinkState.Warning, Value = "paused" };
        if (cron.Last is not { } last || board.At - last.At > EnqueueSilence)
        {
            var since = cron.Last is { } silent ? Ago(board, silent.At) : "ever since the start";
            return link with
            {
                State = LinkState.Broken,
                Value = "silent",
                Problem = $"nothing has been queued for {since}",
                Remedy = "Neither pg_cron nor the watchdog runs the enqueue: see Cron, and start a processor.",
            };
        }
        if (last.Error is { } error)
        {
            return link with
            {
                State = LinkState.Broken,
                Value = "failing",
                Problem = "the enqueue reports an error",
                Remedy = $"The last tick said: {error.TrimEnd('.')}.",
            };
        }
        if (!cron.Available) return link with { Value = "watchdog ticks", LastSuccess = "no pg_cron here; last tick" };
        if (cron.LastCronAt is { } at && board.At - at <= CronSilence) return link;
        // A new database: the watchdog ticks as soon as the app is up, pg_cron with the next full minute.
        if (cron is { LastCronAt: null, FirstAt: { } first } && board.At - first <= CronSilence)
            return link with { Value = "starting", LastSuccess = "pg_cron not yet; last tick" };
        return link with
        {
            State = LinkState.Warning,
            Value = "pg_cron silent",
            Problem = cron.LastCronAt is { } heard ? $"pg_cron has been silent for {Ago(board, heard)}" : "pg_cron has never run the enqueue",
            Remedy = "The watchdog has taken over; see Cron for the job.",
        };
    }

    public static BoardLink Queue(NowBoard board)
    {
        var queue = board.Queue;
        var link = new BoardLink
        {
            Name = "Queue",
            State = LinkState.Good,
            Value = $"{Number(queue.Pending)} pending",
            LastSuccess = queue.Sending == 0 ? "none overdue" : $"{Number(queue.Sending)} being sent",
        };
        if (queue.OldestWaitingAt is not { } oldest) return link;
        var waits = board.At - oldest;
        link = link with { LastSuccess = $"oldest due {Ago(board, oldest)} ago" };
        return waits <= LongestWait || board.Pause is not null
            ? link
            : link with
            {
                State = LinkState.Broken,
                Value = $"{Number(queue.Waiting)} waiting",
                Problem = $"{Number(queue.Waiting)} due {(queue.Waiting == 1 ? "reminder waits" : "reminders wait")}, the oldest for {Ago(board, oldest)}",
                Remedy = "Look at the processors and the channel: they are behind.",
            };
    }

    public static BoardLink Processors(NowBoard board)
    {
        var alive = board.Processors.Count(processor => processor.Alive);
        var seen = board.Processors.Count == 0 ? (DateTimeOffset?)null : board.Processors.Max(processor => processor.SeenAt);
        var link = new BoardLink
        {
            Name = "Processors",
            State = LinkState.Good,
            Value = alive == 1 ? "1 alive" : $"{alive} alive",
            LastSuccess = "last heard",
            LastSuccessAt = seen,
        };
        return alive > 0
            ? link
            : link with
            {
                State = LinkState.Broken,
                Value = "none alive",
                Problem = seen is { } last ? $"no processor has been alive for {Ago(board, last)}" : "no processor runs",
                Remedy = "Start the app with Processor__Enabled=true; what is due waits until then.",
            };
    }

    public static BoardLink Channel(NowBoard board)
    {
        var channel = board.Channels.FirstOrDefault(c => c is { Used: true, State: "down" }) ?? board.Channels.FirstOrDefault(c => c.Used);
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
        if (channel.State == "down")
        {
            return link with
            {
                State = LinkState.Broken,
                Value = $"{name} down",
                Problem = $"{name} has refused our credentials for {Ago(board, channel.Since)}",
                Remedy = $"{(channel.Reason ?? "No reason was given").TrimEnd('.')}. Correct the credentials; a probe brings it back by itself.",
            };
        }
        if (channel.Alarm is { } alarm)
            return link with { State = LinkState.Warning, Value = $"{name} alarm", Problem = $"{name} calls most devices gone", Remedy = alarm };
        return channel.Platforms is [var platform, ..]
            ? link with
            {
                State = LinkState.Warning,
                Value = $"{platform.Platform} paused",
                Problem = $"{platform.Platform} devices have been left out for {Ago(board, platform.Since)}",
                Remedy = $"{platform.Reason.TrimEnd('.')}. Correct that platform's key; the others go on.",
            }
            : link;
    }

    private static string Number(long count) => count > 10_000 ? "10,000+" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ago(NowBoard board, DateTimeOffset moment) => (board.At - moment) switch
    {
        { TotalSeconds: < 1 } => "less than a second",
        { TotalSeconds: < 90 } span => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 90 } span => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } span => $"{span.TotalHours:0} h",
        var span => $"{span.TotalDays:0} days",
    };
}
