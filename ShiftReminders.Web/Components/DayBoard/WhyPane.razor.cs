using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.DayBoard;

/// <summary>Why one reminder was or was not sent: the sentence first, what it rests on below.</summary>
public sealed partial class WhyPane
{
    private ElementReference title;
    private WhyFacts? facts;
    private string? focused;

    [Parameter, EditorRequired]
    public required Explanation Why { get; set; }

    [Parameter, EditorRequired]
    public required long Shift { get; set; }

    [Parameter, EditorRequired]
    public required Guid Person { get; set; }

    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    [Parameter, EditorRequired]
    public required string CloseHref { get; set; }

    private string Heading => $"{facts?.Person ?? "This person"} · {facts?.Rule ?? Kind}";

    private string NotificationId => $"shift-{Shift}-{Person}-{Kind}";

    private Tone Tone => Ledger.GroupOf(Why.State) switch
    {
        LedgerGroup.Unaccounted or LedgerGroup.Failed => Tone.Bad,
        LedgerGroup.TooLate or LedgerGroup.Unusable => Tone.Warning,
        LedgerGroup.Sent => Tone.Good,
        LedgerGroup.ToCome => Tone.Waiting,
        _ => Tone.Muted,
    };

    protected override void OnParametersSet() => facts = WhyFacts.Read(Why.Evidence);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Once for each explanation that is opened, not again for each live refresh of it.
        if (focused == NotificationId) return;
        focused = NotificationId;
        await title.FocusAsync();
    }
}
