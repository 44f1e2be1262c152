using Microsoft.AspNetCore.Components;
using MudBlazor;
using Npgsql;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>Cancels exactly the reminders it shows, or takes an admin's cancel of them back, and reports per reminder.</summary>
public sealed partial class CancelDialog
{
    private IReadOnlyList<ReminderRow> rows = [];
    private IReadOnlyList<ActReport>? reports;
    private int done;
    private WhyField? whyField;
    private TypedField? typedField;
    private string why = "";
    private string? refusal;
    private bool working;

    [Inject]
    public required ReminderQueries Queries { get; set; }

    [Inject]
    public required ReminderActs Reminders { get; set; }

    [Inject]
    public required Acts Acts { get; set; }

    [Inject]
    public required NowBoards Boards { get; set; }

    [Inject]
    public required ChangeFeed Feed { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<long> Ids { get; set; }

    /// <summary>The ids in words: "3 selected reminders".</summary>
    [Parameter, EditorRequired]
    public required string Scope { get; set; }

    [Parameter]
    public bool TakeBack { get; set; }

    private IReadOnlyList<long> Targets => [.. rows.Where(Applies).Select(row => row.Id)];

    private bool MustType => Targets.Count >= ResendDialog.TypeFrom;

    private bool Ready => !working && Targets.Count > 0;

    private string Word => TakeBack ? "Take back cancel of" : "Cancel";

    private string Many => Targets.Count == 1 ? "1 reminder" : $"{Targets.Count} reminders";

    private string SumText => (TakeBack, Ids.Count, Targets.Count) switch
    {
        (true, 1, 1) => "An admin had cancelled it.",
        (true, 1, _) => "No admin has cancelled it.",
        (true, var all, var some) => $"{some} of {all} {(some == 1 ? "was" : "were")} cancelled by an admin.",
        (false, 1, 1) => "It can still be cancelled.",
        (false, 1, _) => "It cannot be cancelled any more.",
        (false, var all, var some) => $"{some} of {all} can still be cancelled.",
    };

    private string MeaningText => (TakeBack, Targets.Count) switch
    {
        (_, 0) => "",
        (true, 1) => "If it is still useful, it is sent when it is due.",
        (true, _) => "What is still useful is sent when it is due.",
        (false, 1) => "It will not be sent, and a changed shift does not bring it back, until somebody takes the cancel back.",
        (false, _) => "They will not be sent, and a changed shift does not bring them back, until somebody takes the cancel back.",
    };

    protected override async Task OnInitializedAsync() => rows = await Queries.ReadRowsAsync([.. Ids], CancellationToken.None);

    // What the database would refuse is left out here; it judges again when it acts, and the report tells.
    private bool Applies(ReminderRow row) => TakeBack
        ? row.Reason == "cancelled_by_admin"
        : row.State is not ("sent" or "expired") && row.Reason != "cancelled_by_admin";

    private async Task ActAsync()
    {
        if (!Ready || !await whyField!.InsistAsync() || (MustType && !await typedField!.InsistAsync())) return;
        working = true;
        try
        {
            switch (await Acts.AskAsync(Act.CancelReminders, CancellationToken.None))
            {
                case Refusal no:
                    refusal = no.Sentence;
                    break;
                case Permit permit:
                    reports = TakeBack
                        ? await Reminders.TakeBackCancelAsync(permit, Targets, why.Trim(), CancellationToken.None)
                        : await Reminders.CancelAsync(permit, Targets, why.Trim(), CancellationToken.None);
                    done = reports.Count(report => report.Done);
                    Boards.Forget();
                    Feed.Announce();
                    break;
            }
        }
        catch (PostgresException error) when (error.Refusal() is { } sentence)
        {
            refusal = sentence;
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            refusal = $"{error.Sentence()} It did not confirm the act. Go back and look at the reminders before you try again.";
        }
        finally
        {
            working = false;
        }
    }

    private void Close() => Dialog.Close(DialogResult.Ok(new ActEnding(done > 0)));
}
