using Microsoft.Extensions.Options;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Telemetry;

namespace ShiftReminders.Web.Processing;

/// <summary>
/// Puts outcomes on record as they come, many per round trip: while one trip is under way the next batch gathers. A slow
/// device therefore never keeps the others' outcomes in memory, where a crash would lose them.
/// </summary>
internal sealed class AttemptRecorder(
    ReminderQueue queue,
    IPushSender sender,
    IOptions<ProcessorOptions> options,
    DatabaseRetry retry,
    IWakeUp wakeUp,
    TimeProvider clock,
    ILogger<AttemptRecorder> logger)
{
    // Long enough to gather a batch under load, short beside a lease.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    // What is not on record is sent again after a crash, so there is to be no more of it than a few hand-overs' worth.
    private readonly int mostUnrecorded = 2 * Math.Min(options.Value.BatchSize, options.Value.Concurrency);

    private readonly Lock gate = new();
    private List<HeldReminder> finished = [];
    private TaskCompletionSource? enough;
    private TaskCompletionSource? room;
    private int wanted;
    private bool running;

    /// <param name="held">A reminder that has been delivered, or is to be released.</param>
    /// <param name="stillBusy">How many will finish soon, this one included.</param>
    /// <returns>Ends at once, or when there is room for more: unrecorded outcomes must not pile up.</returns>
    public Task Add(HeldReminder held, int stillBusy)
    {
        lock (gate)
        {
            finished.Add(held);
            wanted = Math.Min(stillBusy, options.Value.BatchSize);
            if (finished.Count >= wanted) enough?.TrySetResult();
            if (!running)
            {
                running = true;
                _ = Task.Run(RunAsync);
            }
            return finished.Count < mostUnrecorded ? Task.CompletedTask : Room();
        }
    }

    private async Task RunAsync()
    {
        while (Gathering() is { } gathering)
        {
            if (!gathering.IsCompleted) await Task.WhenAny(gathering, Task.Delay(Patience, clock, CancellationToken.None));
            foreach (var chunk in Take().Chunk(2 * options.Value.BatchSize))
                await SettleAsync(chunk);
        }
    }

    /// <summary>Null: nothing is left, and the loop has ended.</summary>
    private Task? Gathering()
    {
        lock (gate)
        {
            if (finished.Count == 0)
            {
                running = false;
                return null;
            }
            if (finished.Count >= wanted) return Task.CompletedTask;
            enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return enough.Task;
        }
    }

    private Task Room()
    {
        room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return room.Task;
    }

    private List<HeldReminder> Take()
    {
        lock (gate)
        {
            room?.SetResult();
            room = null;
            var taken = finished;
            finished = new List<HeldReminder>(taken.Count);
            enough = null;
            return taken;
        }
    }

    private async Task SettleAsync(HeldReminder[] chunk)
    {
        var attempted = chunk.Where(held => held.Result is not null).ToArray();
        if (attempted.Length > 0) await RecordAsync(attempted);
        if (attempted.Length == chunk.Length) return;
        await ReleaseAsync(chunk.Where(held => held.Result is null).ToArray());
    }

    private async Task RecordAsync(HeldReminder[] attempted)
    {
        using var activity = ReminderTelemetry.StartRecord();
        try
        {
            var recorded = await retry.RunAsync(cancellationToken => queue.RecordAsync(
                options.Value.Name, sender.Channel, Results(attempted), cancellationToken));
            foreach (var held in Recorded(attempted, recorded)) _ = AddAgainAsync(held);
        }
        catch (Exception exception) when (attempted.Length > 1 && !DatabaseRetry.IsPassing(exception))
        {
            // One outcome that the database refuses must not take the others along: halve until it stands alone.
            await RecordAsync(attempted[..(attempted.Length / 2)]);
            await RecordAsync(attempted[(attempted.Length / 2)..]);
        }
        catch (Exception exception)
        {
            foreach (var held in attempted) GiveUp(held, exception);
        }
    }

    private AttemptResult[] Results(HeldReminder[] attempted)
    {
        var results = new AttemptResult[attempted.Length];
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = attempted[index].Result!;
            results[index].Age = clock.GetElapsedTime(attempted[index].AcceptedAt ?? attempted[index].FinishedAt);
        }
        return results;
    }

    private async Task ReleaseAsync(HeldReminder[] untouched)
    {
        try
        {
            var claims = untouched.Select(held => held.Claim).ToArray();
            await retry.RunAsync(cancellationToken => queue.ReleaseAsync(claims, cancellationToken));
            ProcessorLog.Released(logger, untouched.Length);
            foreach (var held in untouched) held.Batch.Pass.Released();
        }
        catch (Exception exception)
        {
            foreach (var held in untouched) GiveUp(held, exception);
        }
    }

    /// <returns>Those that another session held just then: nothing of them is on record yet.</returns>
    private Dictionary<long, HeldReminder>.ValueCollection Recorded(HeldReminder[] attempted, List<RecordedAttempt> recorded)
    {
        var open = attempted.ToDictionary(held => held.Claim.ReminderId);
        TimeSpan? next = null;
        foreach (var attempt in recorded)
        {
            if (attempt.IsBusy || !open.Remove(attempt.ReminderId, out var held)) continue;
            ReminderTelemetry.Recorded(attempt);
            ProcessorLog.Recorded(logger, held.Claim, attempt);
            held.Batch.Pass.Recorded(attempt);
            if (attempt.RetryIn is { } retryIn && (next is null || retryIn < next)) next = retryIn;
        }
        if (next is { } soonest) wakeUp.Within(soonest);
        return open.Values;
    }

    private async Task AddAgainAsync(HeldReminder held)
    {
        try
        {
            if (clock.GetElapsedTime(held.FinishedAt) > retry.Patience) throw new TimeoutException("Another session holds the row.");
            await retry.PauseAsync(Patience);
            await Add(held, 0);
        }
        catch (Exception exception)
        {
            GiveUp(held, exception);
        }
    }

    private void GiveUp(HeldReminder held, Exception exception)
    {
        ProcessorLog.NotRecorded(logger, exception, held.Claim.NotificationId);
        held.Batch.Pass.Unrecorded();
    }
}
