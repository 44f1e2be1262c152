using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Reminders.Explaining;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>One reminder from its shift to the check-in: in the pane beside the list, and as a page of its own.</summary>
public sealed partial class ReminderDetails : IDisposable
{
    private static readonly TimeSpan FinalKeptFor = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private ReminderDossier? dossier;
    private IDisposable? subscription;
    private string? problem;
    private string? refusal;
    private bool missing;
    private bool acting;
    private long readAt;
    private long? readId;

    [Inject]
    public required ReminderDossiers Dossiers { get; set; }

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

    private ReminderStory? Story => dossier?.Story;

    private string Name => Story?.Evidence.Person?.DisplayName ?? $"Person {Story?.Key.Person.ToString()[..8]}";

    private string? ZoneId => Story?.Evidence.Shift?.TimeZone;

    private bool CanResend => Story?.Evidence.Reminder?.State is "sent" or "failed" or "skipped" or "expired" or "cancelled";

    private bool CanCancel => Story?.Evidence.Reminder is { State: "pending" or "sending" or "failed" or "skipped" };

    private string Link => Navigation.ToAbsoluteUri(PortalUrls.Reminder(Id)).ToString();

    private string Raw => JsonNode.Parse(Story!.Evidence.Raw)!.ToJsonString(Indented);

    private IEnumerable<string> ProviderReplies =>
        from attempt in Story!.Evidence.Attempts.OrderByDescending(attempt => (attempt.Generation, attempt.Attempt))
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

    private bool Final => Story?.Evidence.Reminder is { State: not ("pending" or "sending") };

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
            dossier = await Dossiers.ReadAsync(Id, Clocks, CancellationToken.None);
            missing = dossier is null;
            (problem, readAt) = (null, Time.GetTimestamp());
            await Found.InvokeAsync(Story);
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            problem = error.Sentence();
        }
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
