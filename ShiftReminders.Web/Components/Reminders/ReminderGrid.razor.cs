using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The dense list: a real table of which only the rows in sight are drawn.</summary>
public sealed partial class ReminderGrid
{
    private const int FirstPaint = 40;
    private Virtualize<PlacedRow>? virtualize;
    private ReminderWindow? shown;

    [Parameter, EditorRequired]
    public required ReminderWindow Window { get; set; }

    /// <summary>The reminder whose details are open.</summary>
    [Parameter]
    public long? Opened { get; set; }

    /// <summary>Whether rows can be ticked, for those who may act.</summary>
    [Parameter]
    public bool Selecting { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlySet<long> Selection { get; set; }

    [Parameter]
    public EventCallback<IReadOnlySet<long>> SelectionChanged { get; set; }

    [Parameter]
    public EventCallback OrderTurned { get; set; }

    /// <summary>Called when reading on has failed; the page says so.</summary>
    [Parameter]
    public EventCallback<Exception> ReadFailed { get; set; }

    /// <summary>The address that opens a row's details.</summary>
    [Parameter, EditorRequired]
    public required Func<long, string> HrefOf { get; set; }

    /// <summary>The ids that are in sight, so that a refresh need not read the others.</summary>
    public IReadOnlyList<long> InSight { get; private set; } = [];

    // A column that says the same in every row of the list takes the room of those that do not.
    private string Constant
    {
        get
        {
            var filter = Window.Scope.Filter;
            var tab = filter.Tab switch
            {
                ReminderTab.Failed => "without-state without-late",
                ReminderTab.Sent => "without-why",
                _ => "",
            };
            return filter.Kind is null ? tab : $"{tab} without-kind";
        }
    }

    private bool AllSelected => Selection.Count > 0 && Window.Rows.All(row => Selection.Contains(row.Id));

    /// <summary>Draws the rows again after the window has changed.</summary>
    public Task RedrawAsync() => virtualize?.RefreshDataAsync() ?? Task.CompletedTask;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (ReferenceEquals(shown, Window)) return;
        shown = Window;
        if (!firstRender && virtualize is not null)
        {
            await virtualize.RefreshDataAsync();
            StateHasChanged();
        }
    }

    private async ValueTask<ItemsProviderResult<PlacedRow>> ProvideAsync(ItemsProviderRequest request)
    {
        try
        {
            var stretch = await Window.StretchAsync(request.StartIndex, request.Count, request.CancellationToken);
            InSight = [.. stretch.Select(placed => placed.Row.Id)];
            return new ItemsProviderResult<PlacedRow>(stretch, Window.Length);
        }
        catch (Exception error) when (error is Npgsql.NpgsqlException or TimeoutException)
        {
            await ReadFailed.InvokeAsync(error);
            return new ItemsProviderResult<PlacedRow>([], Window.Rows.Count);
        }
    }

    private Task TurnRound() => OrderTurned.InvokeAsync();

    private Task SelectAsync(long id, bool on)
    {
        var selection = Selection.ToHashSet();
        if (on) selection.Add(id);
        else selection.Remove(id);
        return SelectionChanged.InvokeAsync(selection);
    }

    private Task SelectAllAsync(ChangeEventArgs change) =>
        SelectionChanged.InvokeAsync(change.Value is true ? Window.Rows.Select(row => row.Id).ToHashSet() : new HashSet<long>());
}
