using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Web.Processing;

/// <summary>Hands one reminder to the channel, within its window, or leaves it untouched.</summary>
internal sealed class ReminderDelivery(
    IPushSender sender,
    ReminderText text,
    SendRate rate,
    ChannelStop stop,
    OwnTrouble trouble,
    TimeProvider clock,
    ILogger<ReminderDelivery> logger)
{
    private readonly string channel = sender.Channel;

    /// <summary>Never throws. Sets the result of <paramref name="held"/> unless nothing was handed over.</summary>
    public async Task DeliverAsync(HeldReminder held)
    {
        var devices = new DeviceAttempts(held.Claim);
        try
        {
            var wording = text.Write(held.Claim);
            if (wording.Warning is not null) ProcessorLog.TextWarning(logger, held.Claim.NotificationId, wording.Warning);
            if (wording.Problem is null) await HandOverAsync(held, wording, devices);
            else devices.RejectAll(wording.Problem);
        }
        catch (Exception exception)
        {
            // A sender answers with values; whatever it throws all the same must not take the other reminders along.
            ProcessorLog.DeliveryThrew(logger, exception, held.Claim.NotificationId);
            devices.LoseRest(exception.GetType().Name);
        }
        if (devices.AnyTried || devices.None) held.Result = devices.ToResult();
        held.FinishedAt = clock.GetTimestamp();
    }

    private async Task HandOverAsync(HeldReminder held, Wording wording, DeviceAttempts devices)
    {
        while (devices.Left > 0)
        {
            var count = Math.Min(devices.Left, rate.Burst);
            if (!await MayHandOverAsync(held, count)) return;
            var targets = devices.Next(count);
            var started = clock.GetTimestamp();
            var answers = await SendAsync(held, wording, targets);
            held.AcceptedAt ??= FirstAcceptance(answers, started);
            devices.Tried(answers);
            if (devices.Unreachable is { } why) trouble.Report(why);
            else if (devices.ProjectRefused) stop.Stop();
        }
    }

    private async ValueTask<bool> MayHandOverAsync(HeldReminder held, int messages)
    {
        if (held.Window.IsOver) return false;
        var granted = await rate.TryAcquireAsync(messages, held.Window.UntilOver, held.Window.Closed);
        return granted && !held.Window.IsOver;
    }

    private async Task<IReadOnlyList<PushResult>> SendAsync(
        HeldReminder held, Wording wording, IReadOnlyList<PushTarget> targets)
    {
        using var activity = ReminderTelemetry.StartDelivery(held.Batch.Activity, held.Claim);
        var started = clock.GetTimestamp();
        try
        {
            var results = await sender.SendAsync(Message(held, wording), targets, dryRun: false, held.Batch.LeaseEnds);
            ReminderTelemetry.HandedOver(channel, held.Claim, clock.GetUtcNow(), clock.GetElapsedTime(started));
            return results;
        }
        catch (OperationCanceledException) when (held.Batch.LeaseEnds.IsCancellationRequested)
        {
            return DeviceAttempts.Unanswered(targets, clock.GetElapsedTime(started));
        }
    }

    /// <summary>The slowest device is waited for, but the person was reminded by the quickest.</summary>
    private long? FirstAcceptance(IReadOnlyList<PushResult> answers, long started)
    {
        TimeSpan? soonest = null;
        for (var index = 0; index < answers.Count; index++)
            if (answers[index] is { Outcome: PushOutcome.Accepted, Latency: var latency } && (soonest is null || latency < soonest)) soonest = latency;
        return soonest is { } took ? started + (long)(took.TotalSeconds * clock.TimestampFrequency) : null;
    }

    private static PushMessage Message(HeldReminder held, Wording wording) => new()
    {
        NotificationId = held.Claim.NotificationId,
        Generation = held.Claim.Generation,
        Title = wording.Title,
        Body = wording.Body,
        Data = MessageData.Of(held.Claim),
        Window = held.Window,
    };
}
