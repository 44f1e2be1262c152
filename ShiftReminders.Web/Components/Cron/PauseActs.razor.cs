using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Cron;

namespace ShiftReminders.Web.Components.Cron;

/// <summary>Pause and resume. Each asks why, and is decided again by the database when it is done.</summary>
public sealed partial class PauseActs
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

    private async Task PauseAsync()
    {
        var dialog = await Dialogs.ShowAsync<PauseDialog>("Pause reminders");
        if (await dialog.Result is not { Canceled: false, Data: PauseDialog.Answer answer }) return;
        await DoAsync(async permit => await Cron.PauseAsync(permit, answer.Why, answer.Until, CancellationToken.None)
            ? "Reminders are paused."
            : "They were paused already, by somebody else: look at the reason above.");
    }

    private async Task ResumeAsync()
    {
        var why = await Dialogs.ConfirmAsync(new Confirmation
        {
            Title = "Resume reminders?",
            Act = "Resume",
            Scope = builder => builder.AddContent(0, "What came due meanwhile and is still useful goes out at once."),
        });
        if (why is null) return;
        await DoAsync(async permit => await Cron.ResumeAsync(permit, why, CancellationToken.None)
            ? "Reminders go out again."
            : "They were not paused any more.");
    }

    private async Task DoAsync(Func<Permit, Task<string>> perform)
    {
        await Acting.DoAsync(Act.PauseReminders, perform, CancellationToken.None);
        await OnDone.InvokeAsync();
    }
}
