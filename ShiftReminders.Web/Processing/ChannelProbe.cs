using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Tries, from time to time, whether what is down works again: the channel, or one platform's credentials.</summary>
internal sealed class ChannelProbe(
    IPushSender sender,
    ChannelHealth health,
    IOptions<ProcessorOptions> options,
    TimeProvider clock,
    ILogger<ChannelProbe> logger)
{
    private long? channelProbed;
    private long? platformsProbed;

    /// <summary>Probes what is due to be probed.</summary>
    /// <returns>Why the channel is down; null: it is up.</returns>
    public async Task<string?> RunAsync(string? channelDown, CancellationToken cancellationToken)
    {
        if (channelDown is not null)
        {
            if (!IsDue(ref channelProbed)) return channelDown;
            return await ProbeChannelAsync(cancellationToken);
        }
        channelProbed = null;
        if (IsDue(ref platformsProbed)) await ProbePlatformsAsync(cancellationToken);
        return null;
    }

    private async Task<string?> ProbeChannelAsync(CancellationToken cancellationToken)
    {
        var down = await ProbeAsync(null, cancellationToken);
        await health.ChannelProbedAsync(sender.Channel, down is null, down, cancellationToken);
        if (down is null) ProcessorLog.ChannelUp(logger, sender.Channel);
        else ProcessorLog.ChannelDown(logger, sender.Channel, down);
        return down;
    }

    private async Task ProbePlatformsAsync(CancellationToken cancellationToken)
    {
        foreach (var paused in await health.PausedPlatformsAsync(sender.Channel, cancellationToken))
        {
            var target = new PushTarget
            {
                DeviceId = paused.DeviceId,
                Token = paused.Token,
                Platform = paused.Platform,
                UserId = Guid.Empty,
            };
            var down = await ProbeAsync(target, cancellationToken);
            await health.PlatformProbedAsync(sender.Channel, paused.Platform, down is null, down, cancellationToken);
        }
    }

    private async Task<string?> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(sender.RequestTimeout);
        try
        {
            var result = await sender.ProbeAsync(target, patience.Token);
            return result.Outcome == PushOutcome.Accepted ? null : Reason(result);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "The probe was not answered in time.";
        }
    }

    private static string Reason(PushResult result) =>
        $"{result.ErrorCode?.ToString() ?? OutcomeNames.Of(result.Outcome)}: {result.Detail ?? "no detail"}";

    private bool IsDue(ref long? last)
    {
        if (last is { } at && clock.GetElapsedTime(at) < options.Value.ProbeInterval) return false;
        last = clock.GetTimestamp();
        return true;
    }
}
