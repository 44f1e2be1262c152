using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>A claimed reminder on its way through this process.</summary>
internal sealed class HeldReminder(ClaimedReminder claim, PushWindow window, ClaimedBatch batch)
{
    public ClaimedReminder Claim => claim;

    public PushWindow Window => window;

    public ClaimedBatch Batch => batch;

    /// <summary>What came of it; null: nothing was handed over, so the claim can simply be given back.</summary>
    public AttemptResult? Result { get; set; }

    /// <summary>When the last answer came, as a timestamp of the clock.</summary>
    public long FinishedAt { get; set; }

    /// <summary>When the first device accepted; null: none did.</summary>
    public long? AcceptedAt { get; set; }
}
