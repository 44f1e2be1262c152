using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>Pause or resume, and run now. Each asks why, and is decided again by the database when it is done.</summary>
public sealed partial class TickActs
{
    [Inject]
    public required CronActs Cron { get; set; }

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Parameter, EditorRequired]
    public required bool Paused { get; set; }

    [Parameter]
    public EventCallback OnDone { get; set; }

    private async Task RunAsync()
    {
        var why = await Dialogs.ConfirmAsync(new Confirmation
        {
            Title = "Run the enqueue now?",
            Act = "Run now",
            Scope = builder => builder.AddContent(0, "The same as the next tick does: it queues what is due within the next 90 seconds. Running it twice changes nothing."),
        });
        if (why is null) return;
        await Acting.DoAsync(Act.RunEnqueue, async permit => await Cron.RunNowAsync(permit, why, CancellationToken.None) switch
        {
            null => "Another run was still at it, so this one did nothing.",
            0 => "Ran by hand: nothing new to queue.",
            1 => "Ran by hand: 1 reminder queued.",
            var queued => $"Ran by hand: {queued:N0} reminders queued.",
        }, CancellationToken.None);
        await OnDone.InvokeAsync();
    }
}
