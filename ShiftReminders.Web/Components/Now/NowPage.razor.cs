using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Now;

/// <summary>Is everything fine for the next hour? All open pages of a server share one reading of the board.</summary>
public sealed partial class NowPage : IDisposable
{
    private NowBoard? board;
    private BoardVerdict? verdict;
    private IDisposable? subscription;
    private string? problem;
    private string? refusal;

    [Inject]
    public required NowBoards Boards { get; set; }

    [Inject]
    public required ReminderQueries Queries { get; set; }

    [Inject]
    public required ReminderActDialogs Dialogs { get; set; }

    [Inject]
    public required LiveUpdates Live { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    public void Dispose() => subscription?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive) subscription = Live.OnRefresh(() => InvokeAsync(RefreshAsync));
        await ReadAsync();
    }

    private async Task RefreshAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            board = await Boards.GetAsync(CancellationToken.None);
            verdict = BoardVerdict.Of(board);
            problem = null;
            Live.MarkUpdated();
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            problem = error.Sentence();
        }
    }

    private async Task ResendAsync(BoardCause cause)
    {
        var scope = await Queries.ResolveAsync(CauseWords.FilterOf(cause), Clocks.Site, CancellationToken.None);
        var ids = await Queries.ReadIdsAsync(scope, ReminderActs.Most + 1, CancellationToken.None);
        if (ids is null || ids.Count > ReminderActs.Most)
        {
            refusal = $"More than {ReminderActs.Most:N0} reminders have this cause. Nothing was done: open the list and narrow it, so that you can look at what you confirm.";
            return;
        }
        var ending = await Dialogs.ResendAsync(ids, $"{ids.Count:N0} {FilterWords.ReasonOf(cause.Reason)}, last 24 hours");
        refusal = ending.Refusal;
        if (ending.Changed) await ReadAsync();
    }
}
