using Hangfire;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>One reminder as a job of Hangfire's.</summary>
public sealed class RemindJob
{
    private static int done;

    // Hangfire makes its jobs itself, with no arguments.
    internal static IRemindWork? Work { get; set; }

    internal static int Done
    {
        get => Volatile.Read(ref done);
        set => Volatile.Write(ref done, value);
    }

    /// <param name="shift">Whose start it is about.</param>
    /// <param name="person">Who is reminded.</param>
    /// <param name="startTicks">UTC; the start as it was when the job was queued.</param>
    [AutomaticRetry(Attempts = 5)]
    public async Task RunAsync(long shift, Guid person, long startTicks)
    {
        await Work!.RemindAsync(shift, person, new DateTime(startTicks, DateTimeKind.Utc));
        Interlocked.Increment(ref done);
    }
}
