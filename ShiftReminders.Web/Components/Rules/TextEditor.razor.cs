using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>One locale's text, with what a phone would show of it on a real shift.</summary>
public sealed partial class TextEditor
{
    [Parameter, EditorRequired]
    public required TextDraft Text { get; set; }

    [Parameter, EditorRequired]
    public required string Anchor { get; set; }

    [Parameter, EditorRequired]
    public required ReminderText Renderer { get; set; }

    /// <summary>The shift that the preview is about; null: there is none, and one of today is made up.</summary>
    [Parameter]
    public SampleShift? Sample { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    private static string PlaceholderWords(string name) => name switch
    {
        "start" => "When the shift starts",
        "end" => "When the shift ends",
        "anchor" => "What the rule counts from",
        "date" => "The day of it",
        "name" => "The person's name",
        "label" => "The shift's label",
        _ => name,
    };

    private Task Insert(string placeholder) => Set(() => Text.Body = $"{Text.Body.TrimEnd()} {{{placeholder}}}".TrimStart());

    private Task Set(Action set)
    {
        set();
        return OnChanged.InvokeAsync();
    }
}
