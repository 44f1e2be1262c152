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

/// <summary>Shows what a resend would do to each reminder, does exactly that, and reports per reminder.</summary>
public sealed partial class ResendDialog
{
    /// <summary>From so many on, the number must be typed.</summary>
    public const int TypeFrom = 20;

    private readonly HashSet<long> begun = [];
    private ResendWishes wishes = new();
    private IReadOnlyList<ReminderRow> rows = [];
    private IReadOnlyList<ResendPreview>? previews;
    private IReadOnlyList<ActReport>? reports;
    private int resent;
    private long? act;
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

    /// <summary>The ids in words: "37 matching, all pages".</summary>
    [Parameter, EditorRequired]
    public required string Scope { get; set; }

    private IReadOnlyList<long> Sendable => [.. (previews ?? []).Where(preview => preview.Accepted).Select(preview => preview.ReminderId)];

    private int Begun => previews?.Count(preview => begun.Contains(preview.ReminderId) && (preview.Accepted || preview.Result == "begun")) ?? 0;

    private bool MustType => Sendable.Count >= TypeFrom;

    private bool NothingToSend => previews is not null && Sendable.Count == 0;

    private bool Ready => !working && Sendable.Count > 0;

    protected override async Task OnInitializedAsync()
    {
        rows = await Queries.ReadRowsAsync([.. Ids], CancellationToken.None);
        await PreviewAsync();
    }

    private Task WishAsync(ResendWishes wanted)
    {
        wishes = wanted;
        return PreviewAsync();
    }

    private async Task PreviewAsync()
    {
        var asked = wishes;
        try
        {
            var answer = await Reminders.PreviewAsync([.. Ids], asked, CancellationToken.None);
            // Remembered: once they are wanted although begun, the preview calls them plainly sendable.
            begun.UnionWith(answer.Where(preview => preview.Result == "begun").Select(preview => preview.ReminderId));
            // Ticked again meanwhile: that preview's own answer is on its way.
            if (asked == wishes) previews = answer;
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            refusal = $"{error.Sentence()} Without a preview nothing can be resent; try again in a moment.";
        }
    }

    private async Task ResendAsync()
    {
        if (!Ready || !await whyField!.InsistAsync() || (MustType && !await typedField!.InsistAsync())) return;
        working = true;
        try
        {
            switch (await Acts.AskAsync(Act.ResendReminders, CancellationToken.None))
            {
                case Refusal no:
                    refusal = no.Sentence;
                    break;
                case Permit permit:
                    (act, reports) = await Reminders.ResendAsync(permit, Sendable, wishes, why.Trim(), CancellationToken.None);
                    resent = reports.Count(report => report.Done);
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
            refusal = $"{error.Sentence()} It did not confirm the resend. Go back and look whether the reminders are pending before you try again.";
        }
        finally
        {
            working = false;
        }
    }

    private void Close() => Dialog.Close(DialogResult.Ok(new ActEnding(resent > 0) { Act = act }));
}
