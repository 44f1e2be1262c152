using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Web.Components.Now;

/// <summary>The answer of the page: in colour, in a word, counted, and read out when it becomes another one.</summary>
public sealed partial class VerdictHead
{
    private (VerdictState State, PointSubject? Subject)? announcedFor;
    private string announced = "";

    [Parameter, EditorRequired]
    public required BoardVerdict Verdict { get; set; }

    /// <summary>Buttons beside it.</summary>
    [Parameter]
    public RenderFragment? Acts { get; set; }

    private string Look => Verdict.State.ToString().ToLowerInvariant();

    private string Word => Verdict.State switch
    {
        VerdictState.Ok => "OK",
        VerdictState.Look => "Look",
        VerdictState.Act => "Act now",
        VerdictState.Unknown => "Unknown",
    };

    private Color Color => Verdict.State switch
    {
        VerdictState.Ok => Color.Success,
        VerdictState.Look => Color.Warning,
        VerdictState.Act => Color.Error,
        VerdictState.Unknown => Color.Default,
    };

    private string Icon => Verdict.State switch
    {
        VerdictState.Ok => Icons.Material.Filled.Check,
        VerdictState.Look => Icons.Material.Filled.Visibility,
        VerdictState.Act => Icons.Material.Filled.PriorityHigh,
        VerdictState.Unknown => Icons.Material.Filled.QuestionMark,
    };

    protected override void OnParametersSet()
    {
        // The numbers of a headline change every few seconds; whoever listens wants to hear of another answer.
        var now = (Verdict.State, Verdict.Points.Count == 0 ? null : (PointSubject?)Verdict.Points[0].Subject);
        if (announcedFor is not null && announcedFor != now) announced = $"{Word}. {Verdict.Headline}.";
        announcedFor = now;
    }
}
