using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Board;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Now;

/// <summary>Is everything fine for the next hour? All open pages of a server share one reading of the board.</summary>
public sealed partial class NowPage : IDisposable
{
    // The feed refreshes at least once within the interval: what is older than several of them is not what is.
    private const int MissedRefreshes = 3;

    private NowBoard? board;
    private BoardVerdict? verdict;
    private DateTimeOffset readAt;
    private ITimer? aging;
    private bool isOld;
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

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IOptions<PortalOptions> Options { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    private TimeSpan OldAfter => Options.Value.RefreshInterval * MissedRefreshes;

    /// <summary>Why nobody knows whether the board still holds; null: it does.</summary>
    private string? Why => problem ?? (isOld ? Live.Paused ? "You have paused the live updates." : "The board has not been read since." : null);

    private BoardVerdict Shown => Why is { } why
        ? verdict!.Outdated(TimeWords.Clock(readAt, Clocks.Site, Time.GetUtcNow(), seconds: true), why)
        : verdict!;

    public void Dispose()
    {
        subscription?.Dispose();
        aging?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            subscription = Live.OnRefresh(() => InvokeAsync(RefreshAsync));
            aging = Time.CreateTimer(_ => InvokeAsync(GrowOld), null, OldAfter, Timeout.InfiniteTimeSpan);
        }
        await ReadAsync();
    }

    private async Task RefreshAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private Task ReadAnewAsync()
    {
        Boards.Forget();
        return RefreshAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            board = await Boards.GetAsync(CancellationToken.None);
            verdict = BoardVerdict.Of(board);
            problem = null;
            readAt = Time.GetUtcNow();
            isOld = false;
            aging?.Change(OldAfter, Timeout.InfiniteTimeSpan);
            Live.MarkUpdated();
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            problem = error.Sentence();
            Live.MarkOutdated();
        }
    }

    private void GrowOld()
    {
        isOld = true;
        Live.MarkOutdated();
        StateHasChanged();
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
        if (ending.Changed) await ReadAnewAsync();
    }
}
