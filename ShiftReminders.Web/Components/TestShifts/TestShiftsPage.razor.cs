using Microsoft.AspNetCore.Components;
using MudBlazor;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Rules;
using ShiftReminders.Web.Shifts;
using ShiftReminders.Web.TestShifts;

namespace ShiftReminders.Web.Components.TestShifts;

/// <summary>Seeds test shifts and watches what becomes of them. Without <c>TestShifts__Enabled</c> it only says so.</summary>
public sealed partial class TestShiftsPage
{
    private const int MostBatches = 30;
    private IReadOnlyList<Rule> rules = [];
    private IReadOnlyList<TestBatch>? list;
    private IReadOnlyList<BoardShift>? board;

    [Inject]
    public required IServiceProvider Services { get; set; }

    [Inject]
    public required RuleBook RuleBook { get; set; }

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "batch")]
    public string? BatchText { get; set; }

    /// <summary>Of the watched batch only reminders of this standing.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    // Not registered where test shifts are off, so it is asked for, not demanded.
    private TestBatches? Batches => Services.GetService<TestBatches>();

    private long? BatchId => long.TryParse(BatchText, out var id) && id > 0 ? id : null;

    private string Headline
    {
        get
        {
            if (Batches is null || list is null) return "Test shifts";
            TestBatch[] here = [.. list.Where(batch => batch.RemovedAt is null)];
            if (here.Length == 0) return "No test shifts at the moment";
            var (sent, all) = (here.Sum(batch => batch.States.GetValueOrDefault("sent")), here.Sum(batch => batch.States.Values.Sum()));
            var batches = here.Length == 1 ? "One test batch is here" : $"{here.Length} test batches are here";
            return all == 0 ? $"{batches}, nothing queued yet" : $"{batches}: {sent:N0} of {all:N0} queued reminders sent";
        }
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Batches is not { } batches) return;
        rules = await RuleBook.ListAsync(cancellationToken);
        list = await batches.ListAsync(MostBatches, cancellationToken);
        var watched = list.Any(batch => batch.Id == BatchId && batch.RemovedAt is null) ? BatchId : null;
        board = watched is { } id ? await batches.BoardAsync(id, cancellationToken) : null;
    }

    private void Watch(long batch) => Navigation.NavigateTo(HrefOf(batch));

    private async Task RemoveAsync(TestBatch batch)
    {
        var why = await Dialogs.ConfirmAsync(new Confirmation
        {
            Title = $"Remove batch {batch.Id}?",
            Act = $"Remove {CountWords.Of(batch.Shifts, "shift")}",
            Scope = builder => builder.AddContent(0,
                "Its shifts and check-ins leave the shift app's tables, its reminders and what the simulated phones show of them leave ours. Nothing else is touched."),
            Dangerous = true,
        });
        if (why is null || Batches is not { } batches) return;
        await Acting.DoAsync(Act.SeedTestShifts, async permit =>
        {
            var gone = await batches.RemoveAsync(permit, batch.Id, why, CancellationToken.None);
            var kept = gone.Kept == 0 ? "" : $" {CountWords.Of(gone.Kept, "reminder was", "reminders were")} being sent at this moment and will stay in the history.";
            return $"Removed {CountWords.Of(gone.Shifts, "shift")} and {CountWords.Of(gone.Reminders, "reminder")}.{kept}";
        }, CancellationToken.None);
        await RefreshAsync();
    }

    private static string HrefOf(long batch) => $"{PortalUrls.TestShifts}?batch={batch}";
}
