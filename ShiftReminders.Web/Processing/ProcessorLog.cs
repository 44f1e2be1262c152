using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>What the processor says. Ids only: no token and no text of a message ever gets here.</summary>
internal static partial class ProcessorLog
{
    public static void Recorded(ILogger logger, ClaimedReminder claim, in RecordedAttempt attempt)
    {
        if (!logger.IsEnabled(LogLevel.Information)) return;
        var (id, schedule, user, devices) = (claim.NotificationId, claim.ScheduleId, claim.UserId, claim.DeviceIds.Length);
        if (attempt.RetryIn is { } retryIn)
            Retried(logger, id, schedule, user, devices, attempt.State, attempt.Reason, claim.Generation, claim.Attempt, retryIn.TotalSeconds);
        else
            Ended(logger, id, schedule, user, devices, attempt.State, attempt.Reason, claim.Generation, claim.Attempt);
        if (attempt.Fenced) Fenced(logger, claim.NotificationId, claim.Attempt);
    }

    [LoggerMessage(
        1, LogLevel.Information,
        "Reminder {notification_id} of shift {schedule_id} for {user_id}: {token_count} devices, {status} ({reason}), generation {generation}, attempt {attempt}")]
    private static partial void Ended(
        ILogger logger, string notification_id, long schedule_id, Guid user_id, int token_count, string status,
        string? reason, int generation, int attempt);

    [LoggerMessage(
        20, LogLevel.Information,
        "Reminder {notification_id} of shift {schedule_id} for {user_id}: {token_count} devices, {status} ({reason}), generation {generation}, attempt {attempt}, retry in {retry_in} s")]
    private static partial void Retried(
        ILogger logger, string notification_id, long schedule_id, Guid user_id, int token_count, string status,
        string? reason, int generation, int attempt, double retry_in);

    [LoggerMessage(
        2, LogLevel.Warning,
        "The outcome of {notification_id}, attempt {attempt}, came after its lease: it is on record, but the reminder had passed to another processor")]
    private static partial void Fenced(ILogger logger, string notification_id, int attempt);

    [LoggerMessage(3, LogLevel.Information, "Gave {count} claimed reminders back untried")]
    public static partial void Released(ILogger logger, int count);

    [LoggerMessage(4, LogLevel.Error, "The outcome of {notification_id} could not be recorded; it is tried again when its lease ends")]
    public static partial void NotRecorded(ILogger logger, Exception exception, string notification_id);

    [LoggerMessage(5, LogLevel.Warning, "The database does not answer ({problem}); trying again in {pause}")]
    public static partial void DatabaseAway(ILogger logger, TimeSpan pause, string problem);

    [LoggerMessage(6, LogLevel.Error, "The channel threw on {notification_id}; the outcome counts as unknown")]
    public static partial void DeliveryThrew(ILogger logger, Exception exception, string notification_id);

    [LoggerMessage(7, LogLevel.Warning, "The text of {notification_id}: {warning}")]
    public static partial void TextWarning(ILogger logger, string notification_id, string warning);

    [LoggerMessage(8, LogLevel.Warning, "Channel {channel} is down: {reason}. Nothing is handed over until a probe succeeds")]
    public static partial void ChannelDown(ILogger logger, string channel, string reason);

    [LoggerMessage(9, LogLevel.Information, "Channel {channel} works again")]
    public static partial void ChannelUp(ILogger logger, string channel);

    [LoggerMessage(10, LogLevel.Error, "Looking at the queue failed; the next look is in {pause}")]
    public static partial void PassFailed(ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(11, LogLevel.Information, "Listening for due reminders")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(
        12, LogLevel.Warning,
        "Notifications do not reach this connection (a transaction pooler?): reminders are found by polling every {poll_interval}, and on time where they are known in advance")]
    public static partial void NotListening(ILogger logger, TimeSpan poll_interval);

    [LoggerMessage(13, LogLevel.Warning, "The connection for notifications was lost ({problem}); trying again in {pause}")]
    public static partial void ListenerLost(ILogger logger, TimeSpan pause, string problem);

    [LoggerMessage(14, LogLevel.Information, "Scheduler: {answer}")]
    public static partial void CronJob(ILogger logger, string answer);

    [LoggerMessage(15, LogLevel.Warning, "No tick has succeeded for {silence}: enqueued {count} reminders in pg_cron's place")]
    public static partial void Ticked(ILogger logger, TimeSpan? silence, int count);

    [LoggerMessage(16, LogLevel.Error, "The watchdog failed")]
    public static partial void WatchdogFailed(ILogger logger, Exception exception);

    [LoggerMessage(17, LogLevel.Information, "Purged {count} finished reminders and records")]
    public static partial void Purged(ILogger logger, int count);

    [LoggerMessage(18, LogLevel.Error, "Purging old records failed; it is tried again in an hour")]
    public static partial void PurgeFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        21, LogLevel.Warning,
        "This processor cannot reach {channel}: {reason}. It claims nothing until a probe gets through; other processors go on")]
    public static partial void OwnTrouble(ILogger logger, string channel, string reason);

    [LoggerMessage(22, LogLevel.Information, "This processor reaches {channel} again")]
    public static partial void TroubleOver(ILogger logger, string channel);

    [LoggerMessage(23, LogLevel.Error, "A probe of {channel} failed; it is tried again")]
    public static partial void ProbeFailed(ILogger logger, Exception exception, string channel);

    [LoggerMessage(19, LogLevel.Debug, "The queue's trigger could not be set ({problem}); polling goes on")]
    public static partial void NotWoken(ILogger logger, string problem);
}
