using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Npgsql;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.ReminderViews;

/// <summary>One reminder from its shift to the check-in: in the pane beside the list, and as a page of its own.</summary>
public sealed partial class ReminderDetails : IDisposable
{
    private const int MostNeighbours = 6;
    private static readonly TimeSpan FinalKeptFor = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private ReminderStory? explanation;
    private IReadOnlyList<TimelineEntry> timeline = [];
    private IReadOnlyList<ReminderRow> sameShift = [];
    private IReadOnlyList<ReminderRow> samePerson = [];
    private IDisposable? subscription;
    private string? problem;
    private string? refusal;
    private bool missing;
    private bool acting;
    private long readAt;
    private long? readId;

    [Inject]
    public required ReminderExplanations Explanations { get; set; }

    [Inject]
    public required ReminderQueries Queries { get; set; }

    [Inject]
    public required ReminderActDialogs Dialogs { get; set; }

    [Inject]
    public required LiveUpdates Live { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required long Id { get; set; }

    /// <summary>True beside the list, where the sentence is not the page's headline already.</summary>
    [Parameter]
    public bool Pane { get; set; }

    [Parameter]
    public EventCallback Closed { get; set; }

    /// <summary>After an act changed something.</summary>
    [Parameter]
    public EventCallback Acted { get; set; }

    /// <summary>Tells the page what was found, for its headline; null: there is no such reminder.</summary>
    [Parameter]
    public EventCallback<ReminderStory?> Found { get; set; }

    private string Name => explanation?.Evidence.Person?.DisplayName ?? $"Person {explanation?.Key.Person.ToString()[..8]}";

    private string? ZoneId => explanation?.Evidence.Shift?.TimeZone;

    private bool CanResend => explanation?.Evidence.Reminder?.State is "sent" or "failed" or "skipped" or "expired" or "cancelled";

    private bool CanCancel => explanation?.Evidence.Reminder is { State: "pending" or "sending" or "failed" or "skipped" };

    private string Link => Navigation.ToAbsoluteUri(PortalUrls.Reminder(Id)).ToString();

    private string Raw => JsonNode.Parse(explanation!.Evidence.Raw)!.ToJsonString(Indented);

    private IEnumerable<string> ProviderReplies =>
        from attempt in explanation!.Evidence.Attempts.OrderByDescending(attempt => (attempt.Generation, attempt.Attempt))
        from device in attempt.Devices
        where device.Detail is { Length: > 0 }
        select device.Detail;

    public void Dispose() => subscription?.Dispose();

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive) subscription = Live.OnRefresh(() => InvokeAsync(RefreshAsync));
    }

    protected override Task OnParametersSetAsync()
    {
        if (readId == Id) return Task.CompletedTask;
        // Kept before reading: telling the page what was found sets our parameters again.
        readId = Id;
        return ReadAsync();
    }

    private bool Final => explanation?.Evidence.Reminder is { State: not ("pending" or "sending") };

    private async Task RefreshAsync()
    {
        // What has ended seldom changes, and the news are about the whole queue.
        if (Final && Time.GetElapsedTime(readAt) < FinalKeptFor) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            var key = await Explanations.FindKeyAsync(Id, CancellationToken.None);
            missing = key is null;
            explanation = key is { } known ? await Explanations.ExplainAsync(known, CancellationToken.None) : null;
            if (explanation is not null) await ReadAroundAsync(explanation);
            (problem, readAt) = (null, Time.GetTimestamp());
            await Found.InvokeAsync(explanation);
        }
        catch (NpgsqlException error)
        {
            problem = error is PostgresException { MessageText: var text } ? text : "the database does not answer";
        }
    }

    private async Task ReadAroundAsync(ReminderStory found)
    {
        var tick = found.Evidence.Reminder is { } reminder ? await Explanations.FindTickAsync(reminder.ArmedAt, CancellationToken.None) : null;
        timeline = ReminderTimeline.Of(found, tick, Clocks, Time.GetUtcNow());
        sameShift = await NeighboursAsync(new ReminderFilter { Shift = found.Key.Shift });
        samePerson = await NeighboursAsync(new ReminderFilter { Person = found.Key.Person });
    }

    private async Task<IReadOnlyList<ReminderRow>> NeighboursAsync(ReminderFilter filter)
    {
        var scope = await Queries.ResolveAsync(filter, Clocks.Site, CancellationToken.None);
        var page = await Queries.ReadPageAsync(scope, after: null, MostNeighbours, CancellationToken.None);
        return [.. page.Rows.Where(row => row.Id != Id)];
    }

    private Task ResendAsync() => ActAsync(Dialogs.ResendAsync);

    private Task CancelAsync() => ActAsync(Dialogs.CancelAsync);

    private Task TakeBackAsync() => ActAsync(Dialogs.TakeBackCancelAsync);

    private async Task ActAsync(Func<IReadOnlyList<long>, string, Task<ActEnding>> dialog)
    {
        acting = true;
        try
        {
            var ending = await dialog([Id], "1 reminder");
            refusal = ending.Refusal;
            if (!ending.Changed) return;
            await ReadAsync();
            await Acted.InvokeAsync();
        }
        finally
        {
            acting = false;
        }
    }
}
