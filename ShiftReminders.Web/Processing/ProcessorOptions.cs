using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Web.Processing;

/// <summary>How this replica works the queue off. Section <c>Processor</c>.</summary>
public sealed class ProcessorOptions
{
    public const string Section = "Processor";

    /// <summary>False: this replica serves the portal only. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The most reminders claimed, and recorded, in one round trip: 1 to 5,000. Default: 500.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>The most reminders that are being handed over at once: 1 to 10,000. Default: 256.</summary>
    public int Concurrency { get; set; } = 256;

    /// <summary>
    /// How long a claim lasts. What is not recorded by then is tried again by any processor. Longer than a request to
    /// the channel may take, and up to an hour. Default: 90 s.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often the queue is looked at though nothing says that something is due: 100 ms to 5 min. Default: 5 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a channel or platform that is down is tried again: 1 s to 1 h. Default: 30 s.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The most messages per minute that all replicas together hand over; each takes its share. Default: 600,000, FCM's
    /// quota of a project.
    /// </summary>
    public int RateLimit { get; set; } = 600_000;

    /// <summary>
    /// How long reminders may go without being enqueued before this replica enqueues them itself: 1 min to 1 h.
    /// Default: 2 min.
    /// </summary>
    public TimeSpan WatchdogAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// This processor's name on claims and attempts: processors of one name count as one, so each needs its own. Default: the
    /// machine's name, the process id and a random part.
    /// </summary>
    public string Name { get; set; } = ThisProcess.Name;
}
