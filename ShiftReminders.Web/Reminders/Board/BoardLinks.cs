namespace ShiftReminders.Web.Reminders.Board;

/// <summary>Judges the links of the chain before the channel: cron → queue → processors.</summary>
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
            var since = cron.Last is { } silent ? BoardWords.Ago(board, silent.At) : "ever since the start";
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
            LastSuccess = last.Source == "watchdog" ? "the watchdog ticks instead, last" : $"last tick, by {last.Source}",
            Problem = cron.LastCronAt is { } heard ? $"pg_cron has been silent for {BoardWords.Ago(board, heard)}" : "pg_cron has never run the enqueue",
            Remedy = "The watchdog enqueues in its place, so nobody misses a reminder while a processor lives. Look at the job on Cron: switch it on, or restart the database.",
        };
    }

    public static BoardLink Queue(NowBoard board)
    {
        var queue = board.Queue;
        var link = new BoardLink
        {
            Name = "Queue",
            State = LinkState.Good,
            Value = $"{BoardWords.Number(queue.Pending)} pending",
            LastSuccess = queue.Sending == 0 ? "none overdue" : $"{BoardWords.Number(queue.Sending)} being sent",
        };
        if (queue.Retrying > 0) link = link with { LastSuccess = $"{BoardWords.Number(queue.Retrying)} failed and will be tried again, due since", LastSuccessAt = queue.OldestDueAt };
        if (queue.OldestWaitingAt is not { } oldest) return link;
        var waits = board.At - oldest;
        link = link with { LastSuccess = $"oldest due {BoardWords.Ago(board, oldest)} ago", LastSuccessAt = null };
        return waits <= LongestWait || board.Pause is not null
            ? link
            : link with
            {
                State = LinkState.Broken,
                Value = $"{BoardWords.Number(queue.Waiting)} waiting",
                Problem = $"{BoardWords.Number(queue.Waiting)} due {(queue.Waiting == 1 ? "reminder waits" : "reminders wait")}, the oldest for {BoardWords.Ago(board, oldest)}",
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
                Problem = seen is { } last ? $"no processor has been alive for {BoardWords.Ago(board, last)}" : "no processor runs",
                Remedy = "Start the app with Processor__Enabled=true; what is due waits until then.",
            };
    }
}
