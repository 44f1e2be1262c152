using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>Why a reminder is in its state, as a sentence; never only a code.</summary>
public sealed partial class ReasonText
{
    /// <summary>The reason code, shown in plain letters when no sentence is known for it.</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>The sentence of the reason, from <c>shift_reminders.reasons</c> or <c>explain</c>.</summary>
    [Parameter]
    public string? Sentence { get; set; }

    /// <summary>What the provider or the database said on top, redacted.</summary>
    [Parameter]
    public string? Detail { get; set; }

    private string Fallback => Reason is { Length: > 0 } code
        ? char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ')
        : "Nothing to explain yet";
}
