using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Sandbox;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Phone;

/// <summary>Tells a simulated phone how to answer what is sent to it.</summary>
public sealed partial class PhoneAnswers
{
    private SandboxBehaviour? known;
    private PushOutcome chosen = PushOutcome.Accepted;
    private int times;
    private TimeSpan latency;
    private bool started;

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required PhoneActs Phones { get; set; }

    [Parameter, EditorRequired]
    public required PersonDevice Device { get; set; }

    /// <summary>Null: like a phone in order.</summary>
    [Parameter]
    public SandboxBehaviour? Behaviour { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private bool Unchanged => chosen == (known?.Outcome ?? PushOutcome.Accepted) && times == (known?.Remaining ?? 0)
        && latency == (known?.Latency ?? TimeSpan.Zero);

    private string PresentWords => known is null
        ? "Now: accepts"
        : $"Now: {PhoneAnswer.Words(known.Outcome)}{(known.Remaining is { } left ? $", {left} more" : "")}, set by {known.SetBy}";

    protected override void OnParametersSet()
    {
        // A live refresh must not take back what is being chosen; a change by somebody else shows in the words below.
        var untouched = !started || Unchanged;
        known = Behaviour;
        started = true;
        if (untouched) (chosen, times, latency) = (known?.Outcome ?? PushOutcome.Accepted, known?.Remaining ?? 0, known?.Latency ?? TimeSpan.Zero);
    }

    private async Task ApplyAsync()
    {
        int? remaining = chosen == PushOutcome.Accepted || times == 0 ? null : times;
        var done = await Acting.DoAsync(Act.PlayPhones, async permit =>
        {
            await Phones.BehaveAsync(permit, Device.DeviceId, chosen, remaining, latency, CancellationToken.None);
            return $"This phone now {PhoneAnswer.Words(chosen)}.";
        }, CancellationToken.None);
        if (done) await OnChanged.InvokeAsync();
    }
}
