using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>The page's answer in one sentence.</summary>
internal static class TickHeadline
{
    // The tick is every minute; after two of them without one, something is wrong.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    public static string Of(CronOverview overview, CronSlice? page, DateTimeOffset now)
    {
        var standing = overview.Standing;
        if (overview.Pause is { } pause) return $"Reminders have been paused for {TimeWords.Lasting(standing.At - pause.StartedAt)}";
        return standing.Standing switch
        {
            "missing" => Watchdog(page, "pg_cron is not installed here", now),
            "not permitted" => "pg_cron may not be read",
            "no job" => "pg_cron has no job of ours",
            "inactive" => Watchdog(page, "The cron job is switched off", now),
            _ when standing.LastTickAt is null => "pg_cron has not ticked yet",
            _ when SilentFor(standing) is { } silence => Watchdog(page, $"pg_cron has been silent for {TimeWords.Lasting(silence)}", now),
            _ when standing.LastTickError is not null => "pg_cron ticks, but the last run met an error",
            _ => $"pg_cron ticks: last run {TimeWords.Relative(standing.LastTickAt.Value, standing.At)}",
        };
    }

    /// <summary>How long pg_cron has not run its job although it should; null: it does.</summary>
    public static TimeSpan? SilentFor(CronStanding standing) =>
        standing is { Standing: "active", LastTickAt: { } last } && standing.At - last > Silence ? standing.At - last : null;

    private static string Watchdog(CronSlice? page, string sentence, DateTimeOffset now)
    {
        var last = page?.Heartbeats.FirstOrDefault(beat => beat.Source == "watchdog");
        return last is not null && now - last.StartedAt < Silence + Silence ? $"{sentence}; the watchdog ticks instead" : $"{sentence}, and nothing ticks instead";
    }
}
