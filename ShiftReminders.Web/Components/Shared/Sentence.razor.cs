using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>A sentence of the database's, whose dates (2026-11-23) no line breaks at their hyphens.</summary>
public sealed partial class Sentence
{
    [Parameter, EditorRequired]
    public required string? Text { get; set; }

    private IEnumerable<(string Words, bool Unbroken)> Parts =>
        DateForm().Split(Text ?? "").Select((words, place) => (words, place % 2 == 1)).Where(part => part.words.Length > 0);

    // What the group holds comes back at every second place of the split.
    [GeneratedRegex(@"\b(\d{4}-\d{2}-\d{2})\b")]
    private static partial Regex DateForm();
}
