using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// What keeps this replica from the channel, and perhaps no other: no route, no name, no access token, a wrong clock. It
/// then claims nothing and gives back what it holds, so that others take it, until a probe gets through.
/// </summary>
internal sealed class OwnTrouble(
    ChannelStop stop, IPushSender sender, IWakeUp wakeUp, IOptions<ProcessorOptions> options, TimeProvider clock, ILogger<OwnTrouble> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // Trouble that comes back sooner than this is still the same: its pauses go on growing.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private string? why;
    private TimeSpan pause;
    private long probeAt;
    private long? recoveredAt;

    /// <summary>Null: none.</summary>
    public string? Why
    {
        get
        {
            lock (gate) return why;
        }
    }

    public bool IsProbeDue
    {
        get
        {
            lock (gate) return why is not null && clock.GetTimestamp() >= probeAt;
        }
    }

    /// <summary>Nothing could be handed over, or a probe did not get through either.</summary>
    public void Report(string reason)
    {
        lock (gate)
        {
            if (why is null) Begin(reason);
            why = reason;
        }
        stop.Stop();
    }

    public void ProbeFailed(string reason)
    {
        lock (gate)
        {
            why = reason;
            PauseLonger();
        }
    }

    public void Recovered()
    {
        lock (gate)
        {
            if (why is null) return;
            why = null;
            recoveredAt = clock.GetTimestamp();
        }
        ProcessorLog.TroubleOver(logger, sender.Channel);
        wakeUp.Within(TimeSpan.Zero);
    }

    private void Begin(string reason)
    {
        ProcessorLog.OwnTrouble(logger, sender.Channel, reason);
        if (recoveredAt is not { } at || clock.GetElapsedTime(at) > Quiet) pause = TimeSpan.Zero;
        PauseLonger();
    }

    private void PauseLonger()
    {
        var longer = pause == TimeSpan.Zero ? FirstPause : pause * 2;
        pause = longer < options.Value.ProbeInterval ? longer : options.Value.ProbeInterval;
        probeAt = clock.GetTimestamp() + (long)(pause.TotalSeconds * clock.TimestampFrequency);
        wakeUp.Within(pause);
    }
}
