using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Why;

/// <summary>Why one reminder was or was not sent: the sentence first, what it rests on below.</summary>
public sealed partial class WhyPane
{
    private WhyFacts? facts;

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

    /// <summary>Why the shift is not in the list beside; null: it is.</summary>
    [Parameter]
    public string? Unlisted { get; set; }

    /// <summary>The board without a filter, with this explanation still open.</summary>
    [Parameter]
    public string? WholeDayHref { get; set; }

    private string Heading => $"{facts?.Person ?? "This person"} · {facts?.Rule ?? Kind}";

    private string NotificationId => IdOf(Shift, Person, Kind);

    private Tone Tone => Ledger.GroupOf(Why.State) switch
    {
        LedgerGroup.Unaccounted or LedgerGroup.Failed => Tone.Bad,
        LedgerGroup.TooLate or LedgerGroup.Unusable => Tone.Warning,
        LedgerGroup.Sent => Tone.Good,
        LedgerGroup.ToCome => Tone.Waiting,
        _ => Tone.Muted,
    };

    protected override void OnParametersSet() => facts = WhyFacts.Read(Why.Evidence);

    /// <summary>The notification id; it also ties the pane to the link that opens it, for the focus.</summary>
    internal static string IdOf(long shift, Guid person, string kind) => $"shift-{shift}-{person}-{kind}";
}
