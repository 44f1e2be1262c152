namespace ShiftReminders.Web.Processing;

/// <summary>
/// A clock that nobody sets: it shows the time of its start, and goes on as fast as time does. Quartz fires by it, so that what
/// is due every few seconds is neither halted nor hastened when the machine's clock is corrected.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly DateTimeOffset began = clock.GetUtcNow();
    private readonly long since = clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => began + clock.GetElapsedTime(since);

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
