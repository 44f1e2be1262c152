namespace ShiftReminders.Web.Processing;

/// <summary>Delivers what it is given with bounded concurrency, first come, first served.</summary>
internal sealed class DeliveryPump(int concurrency, Func<HeldReminder, Task> deliver)
{
    private readonly Lock gate = new();
    private readonly Queue<HeldReminder> waiting = new();
    private TaskCompletionSource? low;
    private int lowMark;
    private int busy;

    /// <summary>How many are being delivered now.</summary>
    public int Busy => Volatile.Read(ref busy);

    /// <summary>How many have not been started.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    public void Add(IEnumerable<HeldReminder> reminders)
    {
        int starting;
        lock (gate)
        {
            foreach (var reminder in reminders) waiting.Enqueue(reminder);
            starting = Math.Min(concurrency - busy, waiting.Count);
            busy += starting;
        }
        for (; starting > 0; starting--) _ = Task.Run(WorkAsync);
    }

    /// <summary>Ends when no more than <paramref name="count"/> are waiting to be started.</summary>
    public Task WhenWaitingAtMost(int count)
    {
        lock (gate)
        {
            if (waiting.Count <= count) return Task.CompletedTask;
            lowMark = count;
            low ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return low.Task;
        }
    }

    private async Task WorkAsync()
    {
        while (Take() is { } reminder) await deliver(reminder);
    }

    private HeldReminder? Take()
    {
        lock (gate)
        {
            if (!waiting.TryDequeue(out var reminder))
            {
                busy--;
                return null;
            }
            if (low is not null && waiting.Count <= lowMark)
            {
                low.SetResult();
                low = null;
            }
            return reminder;
        }
    }
}
