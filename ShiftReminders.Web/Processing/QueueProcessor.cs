using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Web.Processing;

/// <summary>Works the queue off: claims what is due, batch by batch, and hands it to the delivery line.</summary>
internal sealed class QueueProcessor(
    ReminderQueue queue,
    Standing standing,
    DeliveryLine line,
    ClaimBudget budget,
    ChannelStop stop,
    Turns turns,
    IPushSender sender,
    IOptions<ProcessorOptions> settings,
    TimeProvider clock)
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(5);

    private readonly ProcessorOptions options = settings.Value;
    private readonly string channel = sender.Channel;
    private long lastLook = clock.GetTimestamp();

    /// <summary>When the queue last answered, as a timestamp of the clock.</summary>
    public long LastLook => Volatile.Read(ref lastLook);

    /// <summary>Works off everything that is due, and ends when all of it is on record.</summary>
    public async Task<PassResult> RunOnceAsync(CancellationToken cancellationToken) =>
        await (await StartPassAsync(cancellationToken)).Completion;

    /// <summary>
    /// Claims everything that is due, and ends when nothing more is: what was claimed may still be on its way, so that
    /// one slow device does not hold up what falls due next.
    /// </summary>
    public async Task<Pass> StartPassAsync(CancellationToken cancellationToken)
    {
        var pass = line.Open();
        try
        {
            if (await standing.WhyHeldBackAsync(cancellationToken) is { } why) pass.HoldBack(why);
            else await ClaimAllAsync(pass, cancellationToken);
            Looked();
        }
        finally
        {
            pass.EndClaiming();
        }
        return pass;
    }

    /// <summary>How long until there is something to do; null: nothing is waiting.</summary>
    public Task<TimeSpan?> NextDueInAsync(CancellationToken cancellationToken) =>
        queue.NextDueInAsync(channel, cancellationToken);

    private async Task ClaimAllAsync(Pass pass, CancellationToken cancellationToken)
    {
        budget.Begin();
        var beaten = clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested && !stop.IsStopped)
        {
            if (clock.GetElapsedTime(beaten) > BeatInterval)
            {
                if (await standing.WhyHeldBackAsync(cancellationToken) is not null) return;
                beaten = clock.GetTimestamp();
            }
            // More in hand than one batch would only wait here, where no other processor can get at it.
            await WhenWaitingAtMostAsync(options.BatchSize / 2);
            var wanted = budget.Next(line.Waiting);
            if (wanted == 0) await WhenWaitingAtMostAsync(0);
            else if (await ClaimAsync(pass, wanted) < wanted) return;
        }
    }

    // A stop must not wait for a slow channel: it needs its time to drain.
    private async Task WhenWaitingAtMostAsync(int count) =>
        await line.WhenWaitingAtMost(count).WaitAsync(stop.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<int> ClaimAsync(Pass pass, int wanted)
    {
        using var activity = ReminderTelemetry.StartClaim();
        var asked = clock.GetTimestamp();
        // Not cancellable: rows claimed by a call whose answer is thrown away would be nobody's until their lease ends.
        var claims = await queue.ClaimAsync(options.Name, channel, wanted, options.Lease, CancellationToken.None);
        ReminderTelemetry.Claimed(activity, claims.Count);
        line.Accept(pass, claims, asked);
        Looked();
        return claims.Count;
    }

    private void Looked()
    {
        Volatile.Write(ref lastLook, clock.GetTimestamp());
        // A backlog keeps one turn of the loop busy for long.
        turns.Came(Loop.Queue);
    }
}
