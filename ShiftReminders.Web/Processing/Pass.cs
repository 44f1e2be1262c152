using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Counts what becomes of the reminders claimed in one look at the queue.</summary>
internal sealed class Pass
{
    private readonly TaskCompletionSource<PassResult> completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int claimed, sent, retrying, failed, other, released, fenced, unrecorded, open;
    private string? heldBack;
    private bool claiming = true;

    /// <summary>Ends when the last reminder of the pass is on record.</summary>
    public Task<PassResult> Completion => completion.Task;

    public int Claimed => claimed;

    /// <summary>Nothing may be claimed now, however much is due.</summary>
    public bool IsHeldBack => heldBack is not null;

    public void Claim(int count)
    {
        lock (gate)
        {
            open += count;
            claimed += count;
        }
    }

    public void HoldBack(string why)
    {
        lock (gate) heldBack = why;
    }

    public void EndClaiming()
    {
        lock (gate)
        {
            claiming = false;
            CompleteIfDone();
        }
    }

    public void Recorded(in RecordedAttempt attempt) => Settle(ref CounterOf(attempt));

    public void Released() => Settle(ref released);

    public void Unrecorded() => Settle(ref unrecorded);

    private ref int CounterOf(in RecordedAttempt attempt)
    {
        if (attempt.Fenced) return ref fenced;
        switch (attempt.State)
        {
            case "sent": return ref sent;
            case "pending": return ref retrying;
            case "failed": return ref failed;
            default: return ref other;
        }
    }

    private void Settle(ref int counter)
    {
        lock (gate)
        {
            counter++;
            open--;
            CompleteIfDone();
        }
    }

    private void CompleteIfDone()
    {
        if (claiming || open > 0) return;
        completion.TrySetResult(new PassResult
        {
            Claimed = claimed,
            Sent = sent,
            Retrying = retrying,
            Failed = failed,
            Other = other,
            Released = released,
            Fenced = fenced,
            Unrecorded = unrecorded,
            HeldBack = heldBack,
        });
    }
}
