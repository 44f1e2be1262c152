using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Components.Shared;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>Asks why reminders stand still, and until when.</summary>
public sealed partial class PauseDialog
{
    private TimeSpan? chosen = TimeSpan.FromMinutes(30);
    private WhyField? whyField;
    private string why = "";

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    private IEnumerable<(TimeSpan? Length, string Words)> Choices =>
        [Choice(30), Choice(60), Choice(4 * 60), Choice(24 * 60), (null, "until somebody resumes")];

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
