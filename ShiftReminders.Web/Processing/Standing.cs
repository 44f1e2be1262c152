using System.Reflection;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Tells the database that this processor lives, and learns whether it may work and how fast.</summary>
internal sealed class Standing(
    ChannelHealth health,
    ChannelProbe probe,
    OwnTrouble trouble,
    ChannelStop stop,
    SendRate rate,
    IPushSender sender,
    IOptions<ProcessorOptions> options)
{
    private static readonly string Version =
        typeof(Standing).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Beats, and has what is down probed, without waiting for the answer.</summary>
    /// <returns>Why nothing may be claimed; null: go on.</returns>
    public async Task<string?> WhyHeldBackAsync(CancellationToken cancellationToken)
    {
        var beat = await BeatAsync(cancellationToken);
        rate.ShareWith(beat.ProcessorsAlive);
        if (beat.Paused) return "paused";
        probe.Start(beat.ChannelDown);
        var why = trouble.Why ?? beat.ChannelDown;
        if (why is null) stop.Resume();
        return why;
    }

    public Task<Beat> BeatAsync(CancellationToken cancellationToken) => health.BeatAsync(
        options.Value.Name, Environment.MachineName, Version, sender.Channel, trouble.Why, cancellationToken);
}
