using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Listing;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>Pending, Failed, Sent and All. The address holds the filter, the order and the opened reminder.</summary>
public sealed partial class RemindersPage : IDisposable
{
    private const string OpenedParameter = "id";
    private static readonly IReadOnlySet<long> NoSelection = new HashSet<long>();
    private ReminderFilter filter = new();
    private ReminderFilter? loaded;
    private IReadOnlyList<string> ignored = [];
    private ReminderChoices choices = ReminderChoices.None;
    private ReminderCounts? counts;
    private ReminderWindow? window;
    private Person? person;
    private FollowedAct? named;
    private long? justDone;
    private ReminderGrid? grid;
    private CancellationTokenSource reading = new();
    private IDisposable? subscription;
    private string? problem;
    private string? refusal;
    private long? opened;
    private int arrived;
    private bool acting;
    private bool mayAct;

    [Inject]
    public required ReminderQueries Queries { get; set; }

    [Inject]
    public required People People { get; set; }

    [Inject]
    public required ReminderHeads Heads { get; set; }

    [Inject]
    public required ReminderActDialogs Dialogs { get; set; }

    [Inject]
    public required LiveUpdates Live { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IAuthorizationService Authorization { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [CascadingParameter]
    public required Task<AuthenticationState> Authentication { get; set; }

    private IReadOnlySet<long> Selection { get; set; } = NoSelection;

    // The act that the filter names, or else the one that was done here last.
    private long? Followed => filter.Act ?? justDone;

    private string? ActName => named is null ? null : ActWords.ByWhom(named, Clocks.Site, Time.GetUtcNow());

    private EventCallback StopFollowing => EventCallback.Factory.Create(this, () => justDone = null);

    private long Matching => counts?.Of(filter.Tab) ?? 0;

    private string MatchingText => ReminderCounts.Text(Matching);

    // What is said before the click is what the click will do: more at once is never done.
    private string MatchingWords => Matching > ReminderActs.Most ? $"the oldest {ReminderActs.Most:N0} of {MatchingText}" : $"{MatchingText} matching";

    private bool ResendFirst => filter.Tab == ReminderTab.Failed && Selection.Count == 0;

    private string ShareableUrl => PortalUrls.Reminders + ReminderFilterQuery.Write(filter);

    private string NothingHere => filter.IsFiltered
        ? "No reminder matches this filter."
        : filter.Tab switch
        {
            ReminderTab.Pending => "Nothing is waiting to be sent. Reminders appear 90 seconds before they are due.",
            ReminderTab.Failed => "Nothing has failed in the last 7 days.",
            ReminderTab.Sent => "Nothing has been sent in the last 7 days.",
            ReminderTab.All => "There was no reminder in the last 7 days. They appear 90 seconds before they are due.",
        };

    private string Note => window?.Scope.Text switch
    {
        { TooShort: true } => $"Type at least {TextMeaning.ShortestWord} characters to search names and errors.",
        { MorePeople: true } => $"More than {TextMeaning.MostPeople} people are called so; these are the reminders of the first {TextMeaning.MostPeople}.",
        _ => counts is null ? "" : Matching == 1 ? "1 match" : $"{MatchingText} matches",
    };

    public void Dispose()
    {
        Navigation.LocationChanged -= FollowAddress;
        subscription?.Dispose();
        reading.Cancel();
        reading.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        mayAct = (await Authorization.AuthorizeAsync((await Authentication).User, Policies.CanAct)).Succeeded;
        if (RendererInfo.IsInteractive) subscription = Live.OnRefresh(() => InvokeAsync(RefreshAsync));
        Navigation.LocationChanged += FollowAddress;
        await ReadAddressAsync();
    }

    // The router does not tell a page without parameters that only the query has changed.
    private void FollowAddress(object? sender, LocationChangedEventArgs change)
    {
        if (new Uri(change.Location).AbsolutePath == PortalUrls.Reminders)
            _ = InvokeAsync(ReadAddressAndDrawAsync);
    }

    private async Task ReadAddressAndDrawAsync()
    {
        try
        {
            await ReadAddressAsync();
            StateHasChanged();
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            // Nobody awaits an event: without this the page would stay as it was and say nothing.
            await DispatchExceptionAsync(error);
        }
    }

    private async Task ReadAddressAsync()
    {
        var query = new Uri(Navigation.Uri).Query;
        filter = ReminderFilterQuery.Parse(query, out ignored);
        opened = long.TryParse(QueryHelpers.ParseQuery(query).GetValueOrDefault(OpenedParameter).FirstOrDefault(),
            NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        if (filter == loaded) return;
        // The filter line shows at once what is being looked for.
        StateHasChanged();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        await reading.CancelAsync();
        reading.Dispose();
        reading = new CancellationTokenSource();
        var cancellation = reading.Token;
        loaded = filter;
        Selection = NoSelection;
        try
        {
            if (choices.Kinds.Count == 0) choices = await Queries.ReadChoicesAsync(cancellation);
            var head = await Heads.GetAsync(filter, Clocks.Site, cancellation);
            person = filter.Person is { } wanted ? (await People.NamedAsync([wanted], cancellation)).GetValueOrDefault(wanted) : null;
            (window, counts, named, arrived, problem) = (new ReminderWindow(Queries, head), head.Counts, head.Scope.Act, 0, null);
            Live.MarkUpdated();
        }
        catch (OperationCanceledException)
        {
            // A newer filter has taken over.
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            loaded = null;
            ShowProblem(error);
        }
    }

    private async Task RefreshAsync()
    {
        if (window is not { } current || reading.IsCancellationRequested) return;
        try
        {
            var head = await Heads.GetAsync(filter, Clocks.Site, reading.Token);
            if (!ReferenceEquals(current, window)) return;
            var known = head.Page.Rows.Select(row => row.Id).ToHashSet();
            arrived = current.Update(head.Page.Rows);
            current.Update(await Queries.ReadRowsAsync([.. (grid?.InSight ?? []).Where(id => !known.Contains(id))], reading.Token));
            (counts, problem) = (head.Counts ?? counts, null);
            if (current.Rows.Count == 0 && arrived > 0) window = new ReminderWindow(Queries, head);
            Live.MarkUpdated();
            if (grid is not null) await grid.RedrawAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            ShowProblem(error);
        }
        StateHasChanged();
    }

    private void ShowProblem(Exception error) => problem = error.Sentence();

    private Task ReloadAsync()
    {
        loaded = null;
        return LoadAsync();
    }

    private void GoTo(ReminderFilter next) => Navigation.NavigateTo(PortalUrls.Reminders + ReminderFilterQuery.Write(next));

    private string HrefOf(long id) => QueryHelpers.AddQueryString(ShareableUrl, OpenedParameter, id.ToString(CultureInfo.InvariantCulture));

    private string ExportUrl(string format) =>
        QueryHelpers.AddQueryString(PortalUrls.RemindersExport + ReminderFilterQuery.Write(filter), "format", format);

    private void Close() => Navigation.NavigateTo(ShareableUrl);

    private Task ResendMatchingAsync() => ActOnMatchingAsync(Dialogs.ResendAsync);

    private Task CancelMatchingAsync() => ActOnMatchingAsync(Dialogs.CancelAsync);

    private Task ResendSelectedAsync() => ActAsync(Dialogs.ResendAsync, [.. Selection], SelectedWords);

    private Task CancelSelectedAsync() => ActAsync(Dialogs.CancelAsync, [.. Selection], SelectedWords);

    private Task TakeBackSelectedAsync() => ActAsync(Dialogs.TakeBackCancelAsync, [.. Selection], SelectedWords);

    private string SelectedWords => Selection.Count == 1 ? "1 selected reminder" : $"{Selection.Count} selected reminders";

    private async Task ActOnMatchingAsync(Func<IReadOnlyList<long>, string, Task<ActEnding>> dialog)
    {
        refusal = null;
        if (window is not { } current) return;
        // Of more than can be confirmed at once, those that have waited longest.
        var scope = current.Scope with { Filter = current.Scope.Filter with { OldestFirst = true } };
        if (await Queries.ReadIdsAsync(scope, ReminderActs.Most, reading.Token) is not { } ids)
        {
            refusal = "Looking for them took too long, and nothing was done. Choose fewer days, or a person or shift.";
            return;
        }
        await ActAsync(dialog, ids, ids.Count == 1 ? "the 1 matching reminder"
            : Matching > ids.Count ? $"the oldest {ids.Count:N0} of {MatchingText} matching reminders" : $"all {ids.Count:N0} matching reminders, all pages");
    }

    private async Task ActAsync(Func<IReadOnlyList<long>, string, Task<ActEnding>> dialog, IReadOnlyList<long> ids, string scope)
    {
        acting = true;
        try
        {
            var ending = await dialog(ids, scope);
            refusal = ending.Refusal;
            justDone = ending.Act ?? justDone;
            if (ending.Changed) await ReloadAsync();
        }
        finally
        {
            acting = false;
        }
    }
}
