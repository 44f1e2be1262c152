using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Tries, from time to time, whether what is down works again: the channel, one platform's credentials, or this replica's
/// own way to the channel. No delivery waits for a probe, and no probe for another.
/// </summary>
internal sealed class ChannelProbe(
    IPushSender sender,
    ChannelHealth health,
    OwnTrouble trouble,
    IWakeUp wakeUp,
    IOptions<ProcessorOptions> options,
    TimeProvider clock,
    ILogger<ChannelProbe> logger) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private Task ownWay = Task.CompletedTask;
    private Task channel = Task.CompletedTask;
    private Task platforms = Task.CompletedTask;
    private long? channelProbed;
    private long? platformsProbed;

    /// <summary>Begins the probes that are due, unless the last one of its kind still runs.</summary>
    /// <param name="channelDown">Why the channel is down; null: it is up.</param>
    public void Start(string? channelDown)
    {
        if (trouble.Why is not null)
        {
            if (ownWay.IsCompleted && trouble.IsProbeDue) ownWay = RunAsync(ProbeOwnWayAsync);
        }
        else if (channelDown is not null)
        {
            if (channel.IsCompleted && IsDue(ref channelProbed)) channel = RunAsync(ProbeChannelAsync);
        }
        else
        {
            channelProbed = null;
            if (platforms.IsCompleted && IsDue(ref platformsProbed)) platforms = RunAsync(ProbePlatformsAsync);
        }
    }

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private Task RunAsync(Func<CancellationToken, Task> probe)
    {
        var stopping = ended.Token;
        return Task.Run(
            async () =>
            {
                try
                {
                    await probe(stopping);
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    // The process ends.
                }
                catch (Exception exception)
                {
                    ProcessorLog.ProbeFailed(logger, exception, sender.Channel);
                }
            },
            CancellationToken.None);
    }

    private async Task ProbeOwnWayAsync(CancellationToken cancellationToken)
    {
        var answer = await ProbeAsync(null, cancellationToken);
        if (answer.Outcome == PushOutcome.Unreachable) trouble.ProbeFailed(Reason(answer));
        else trouble.Recovered();
    }

    private async Task ProbeChannelAsync(CancellationToken cancellationToken)
    {
        var answer = await ProbeAsync(null, cancellationToken);
        if (answer.Outcome == PushOutcome.Unreachable)
        {
            // Says nothing of the channel.
            trouble.Report(Reason(answer));
            return;
        }
        var down = answer.Outcome == PushOutcome.Accepted ? null : Reason(answer);
        await health.ChannelProbedAsync(sender.Channel, down is null, down, cancellationToken);
        if (down is not null)
        {
            ProcessorLog.ChannelDown(logger, sender.Channel, down);
            return;
        }
        ProcessorLog.ChannelUp(logger, sender.Channel);
        wakeUp.Within(TimeSpan.Zero);
    }

    private async Task ProbePlatformsAsync(CancellationToken cancellationToken)
    {
        var paused = await health.PausedPlatformsAsync(sender.Channel, cancellationToken);
        await Task.WhenAll(paused.Select(platform => ProbePlatformAsync(platform, cancellationToken)));
    }

    private async Task ProbePlatformAsync(PausedPlatform paused, CancellationToken cancellationToken)
    {
        var answer = await ProbeAsync(
            new PushTarget { DeviceId = paused.DeviceId, Token = paused.Token, Platform = paused.Platform, UserId = Guid.Empty },
            cancellationToken);
        if (answer.Outcome == PushOutcome.Unreachable) return;
        var down = answer.Outcome == PushOutcome.Accepted ? null : Reason(answer);
        await health.PlatformProbedAsync(sender.Channel, paused.Platform, down is null, down, cancellationToken);
        if (down is null) wakeUp.Within(TimeSpan.Zero);
    }

    private async Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(sender.RequestTimeout);
        try
        {
            return await sender.ProbeAsync(target, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new PushResult
            {
                DeviceId = target?.DeviceId ?? "",
                Outcome = PushOutcome.Unknown,
                ErrorCode = PushErrorCode.Timeout,
                Detail = "The probe was not answered in time.",
            };
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
