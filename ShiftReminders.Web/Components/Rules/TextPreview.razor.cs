using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>What a phone would show of a text, on a real shift.</summary>
public sealed partial class TextPreview
{
    [Parameter, EditorRequired]
    public required string Locale { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string Body { get; set; }

    [Parameter, EditorRequired]
    public required string Anchor { get; set; }

    [Parameter, EditorRequired]
    public required ReminderText Renderer { get; set; }

    /// <summary>The shift that the preview is about; null: there is none, and one of today is made up.</summary>
    [Parameter]
    public SampleShift? Sample { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    private Wording Preview
    {
        get
        {
            var start = Sample?.StartAt ?? Now.AddHours(1);
            var end = Sample?.EndAt ?? Now.AddHours(9);
            return Renderer.Write("this", Title, Body, new ReminderValues
            {
                StartAt = start.UtcDateTime,
                EndAt = end.UtcDateTime,
                AnchorAt = (Anchor == "end" ? end : start).UtcDateTime,
                Label = Sample?.Label,
                Name = Sample?.DisplayName,
            }, Sample?.TimeZone, Locale);
        }
    }
}
