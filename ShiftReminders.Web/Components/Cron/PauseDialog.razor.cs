using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>Asks why reminders stand still, and until when.</summary>
public sealed partial class PauseDialog
{
    private TimeSpan? chosen = TimeSpan.FromMinutes(30);
    private WhyField? whyField;
    private string why = "";
    private IReadOnlyDictionary<TimeSpan, long>? costs;

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required PauseCosts Costs { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    private IEnumerable<(TimeSpan? Length, string Words)> Choices =>
        [Choice(30), Choice(60), Choice(4 * 60), Choice(24 * 60), (null, "until somebody resumes")];

    private string CostWords => (chosen, costs) switch
    {
        (null, _) => "Every reminder that is of no use any more when somebody resumes is lost.",
        (_, null) => "",
        ({ } length, var known) => known.GetValueOrDefault(length) switch
        {
            0 => "No reminder would be lost: what comes due is still of use when the pause ends.",
            1 => "1 reminder would be lost: it is of no use any more when the pause ends.",
            var lost => $"{lost:N0} reminders would be lost: they are of no use any more when the pause ends.",
        },
    };

    protected override async Task OnInitializedAsync()
    {
        try
        {
            costs = await Costs.ReadAsync(Choices.Select(choice => choice.Length).OfType<TimeSpan>(), CancellationToken.None);
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            // Whoever has to pause in a hurry must be able to without it.
        }
    }

    private (TimeSpan?, string) Choice(int minutes)
    {
        var length = TimeSpan.FromMinutes(minutes);
        var now = Time.GetUtcNow();
        return (length, $"{DurationWords.Write(length)} from now, {TimeWords.Clock(now + length, Clocks.Site, now, seconds: false)}");
    }

    private void Cancel() => Dialog.Cancel();

    private async Task ConfirmAsync()
    {
        if (!await whyField!.InsistAsync()) return;
        Dialog.Close(DialogResult.Ok(new Answer(why.Trim(), chosen is { } length ? Time.GetUtcNow() + length : null)));
    }

    internal sealed record Answer(string Why, DateTimeOffset? Until);
}
