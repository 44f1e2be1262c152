using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A duration as people write it. What cannot be read is not taken, and the field says how to write it.</summary>
public sealed partial class DurationField
{
    private string shown = "";
    private bool wrong;
    private TimeSpan? known;

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public TimeSpan? Value { get; set; }

    [Parameter]
    public EventCallback<TimeSpan?> ValueChanged { get; set; }

    /// <summary>Empty means null.</summary>
    [Parameter]
    public bool Optional { get; set; }

    /// <summary>Raised with true while the text cannot be read.</summary>
    [Parameter]
    public EventCallback<bool> WrongChanged { get; set; }

    [Parameter]
    public string? Help { get; set; }

    [Parameter]
    public string? Placeholder { get; set; }

    protected override void OnParametersSet()
    {
        // While the text is wrong it stays as typed; the value behind it is the last good one.
        if (wrong && known == Value) return;
        (known, wrong) = (Value, false);
        shown = Value is { } length ? DurationWords.Write(length) : "";
    }

    private async Task ChangeAsync(string? typed)
    {
        shown = typed ?? "";
        var empty = string.IsNullOrWhiteSpace(shown);
        var read = DurationWords.TryRead(shown, out var length);
        wrong = !read && !(empty && Optional);
        await WrongChanged.InvokeAsync(wrong);
        if (wrong) return;
        known = empty ? null : length;
        shown = known is { } written ? DurationWords.Write(written) : "";
        await ValueChanged.InvokeAsync(known);
    }
}
