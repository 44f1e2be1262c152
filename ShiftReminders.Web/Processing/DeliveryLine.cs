using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Takes claimed reminders through delivery onto the record, while the next are being claimed.</summary>
internal sealed class DeliveryLine : IDisposable
{
    // What is kept of the time to shut down for recording what was given up.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly ReminderDelivery delivery;
    private readonly AttemptRecorder recorder;
    private readonly ClaimBudget budget;
    private readonly ChannelStop stop;
    private readonly DatabaseRetry retry;
    private readonly IPushSender sender;
    private readonly TimeProvider clock;
    private readonly DeliveryPump pump;
    private readonly ConcurrentDictionary<Pass, bool> passes = new();
    private readonly CancellationTokenSource abandoned = new();

    public DeliveryLine(
        ReminderDelivery delivery,
        AttemptRecorder recorder,
        ClaimBudget budget,
        ChannelStop stop,
        DatabaseRetry retry,
        IPushSender sender,
        IOptions<ProcessorOptions> options,
        TimeProvider clock)
    {
        (this.delivery, this.recorder, this.budget, this.stop, this.retry) = (delivery, recorder, budget, stop, retry);
        (this.sender, this.clock) = (sender, clock);
        pump = new DeliveryPump(options.Value.Concurrency, DeliverAsync);
    }

    /// <summary>How many reminders are in hand that nobody has begun to deliver.</summary>
    public int Waiting => pump.Waiting;

    public Task WhenWaitingAtMost(int count) => pump.WhenWaitingAtMost(count);

    public Pass Open()
    {
        var pass = new Pass();
        passes[pass] = true;
        _ = ForgetAsync(pass);
        return pass;
    }

    /// <param name="pass">The pass that claimed them.</param>
    /// <param name="claims">What was claimed.</param>
    /// <param name="asked">When the claim was asked for.</param>
    public void Accept(Pass pass, List<ClaimedReminder> claims, long asked)
    {
        if (claims.Count == 0) return;
        pass.Claim(claims.Count);
        var lease = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token);
        lease.CancelAfter(claims[0].LeaseIn);
        var batch = new ClaimedBatch(pass, lease, claims.Count);
        pump.Add(claims.Select(
            claim => new HeldReminder(claim, HandOverWindow.Of(claim, asked, sender.RequestTimeout, clock, stop.Stopped), batch)));
    }

    /// <summary>
    /// Ends the work: what was not handed over is released, what was is waited for and put on record, as unknown if the
    /// answer does not come in time.
    /// </summary>
    public async Task DrainAsync(TimeSpan within)
    {
        stop.StopForGood();
        var patience = within > 2 * LastWords ? within - LastWords : within / 2;
        if (!await AllSettledAsync(patience))
        {
            await abandoned.CancelAsync();
            await AllSettledAsync(within - patience);
        }
        retry.End();
    }

    public void Dispose() => abandoned.Dispose();

    private async Task DeliverAsync(HeldReminder held)
    {
        await delivery.DeliverAsync(held);
        held.Batch.Delivered();
        budget.Finished();
        await recorder.Add(held, pump.Busy);
    }

    private async Task<bool> AllSettledAsync(TimeSpan within)
    {
        var settled = Task.WhenAll(passes.Keys.Select(pass => pass.Completion));
        return await Task.WhenAny(settled, Task.Delay(within, clock, CancellationToken.None)) == settled;
    }

    private async Task ForgetAsync(Pass pass)
    {
        await pass.Completion;
        passes.TryRemove(pass, out _);
    }
}
