using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;
using Npgsql;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>Edits one rule. Nothing is saved before it was shown what that does to reminders already queued.</summary>
public sealed partial class RuleForm
{
    // What the shift app logs unless it was fitted to another one; any other type can be typed.
    private static readonly string[] SkipTypes = ["check_in", "check_out"];

    private IReadOnlyList<RuleEffect>? effects;
    private RuleDraft? seen;
    private string? conflict;
    private long? sampleId;
    private bool distanceWrong;
    private bool graceWrong;
    private bool touched;
    private bool settled;

    [Inject]
    public required RuleChanges Changes { get; set; }

    [Inject]
    public required Acting Acting { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [CascadingParameter]
    public Clocks Clocks { get; set; } = Clocks.Utc;

    [Parameter, EditorRequired]
    public required RuleDraft Draft { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<SampleShift> Samples { get; set; }

    [Parameter, EditorRequired]
    public required ReminderText Renderer { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    /// <summary>The rule was saved or removed.</summary>
    [Parameter]
    public EventCallback<string?> OnSaved { get; set; }

    /// <summary>The viewer wants the stored rule again.</summary>
    [Parameter]
    public EventCallback OnReload { get; set; }

    private SampleShift? Sample => Samples.FirstOrDefault(sample => sample.ScheduleId == sampleId) ?? (Samples.Count > 0 ? Samples[0] : null);

    private string? Complaint => distanceWrong || graceWrong ? "Correct the marked time first." : Draft.Complaint;

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(seen, Draft)) return;
        (seen, conflict, touched, settled, distanceWrong, graceWrong) = (Draft, null, false, false, false, false);
        sampleId ??= Sample?.ScheduleId;
        await ChangedAsync();
    }

    private bool IsUnsaved() => !settled && (distanceWrong || graceWrong || Draft.IsChanged);

    private Task DiscardAsync()
    {
        settled = true;
        return OnReload.InvokeAsync();
    }

    // Whoever is chosen, when this is the text that they get; else the next person who gets it, else nobody on the chosen shift.
    private SampleShift? SampleOf(TextDraft text)
    {
        string[] locales = [.. Draft.Texts.Select(other => other.Locale)];
        var chosen = Sample;
        return chosen?.Gets(text.Locale, locales) == true ? chosen
            : Samples.FirstOrDefault(sample => sample.Gets(text.Locale, locales)) ?? (chosen is null ? null : chosen with { DisplayName = null });
    }

    private static Task<IEnumerable<string>> SkipTypesAsync(string typed, CancellationToken cancellationToken) =>
        Task.FromResult(SkipTypes.Where(type => string.IsNullOrEmpty(typed) || type.Contains(typed, StringComparison.OrdinalIgnoreCase)));

    private string SampleWords(long? id)
    {
        if (Samples.FirstOrDefault(shift => shift.ScheduleId == id) is not { } sample) return "";
        var zone = Clocks.ZoneOf(sample.TimeZone);
        return $"{sample.DisplayName ?? "Somebody"}, {TimeWords.Clock(sample.StartAt, zone, Now, seconds: false)} {zone.Id}";
    }

    private Task SetDistance(TimeSpan? length)
    {
        var typed = length ?? TimeSpan.Zero;
        Draft.Distance = typed.Duration();
        if (typed < TimeSpan.Zero) Draft.After = !Draft.After;
        return ChangedAsync();
    }

    private Task SetGrace(TimeSpan? length)
    {
        Draft.Grace = length ?? TimeSpan.Zero;
        return ChangedAsync();
    }

    private void AddText() => Draft.Texts.Add(new TextDraft());

    private async Task ChangedAsync()
    {
        try
        {
            effects = await Changes.PreviewAsync(Draft, CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or { InnerException: NpgsqlException })
        {
            // The preview of a half-written rule; the save says what is wrong with it.
            effects = [];
        }
    }

    private async Task SaveAsync()
    {
        touched = true;
        if (Complaint is not null) return;
        await ChangedAsync();
        var why = await Dialogs.ConfirmAsync(RuleQuestions.Save(Draft, ShowChanges));
        if (why is null) return;
        await ActAsync(permit => Changes.SaveAsync(permit, Draft, why, CancellationToken.None), Draft.NotifyType);
    }

    private async Task RemoveAsync()
    {
        if (Draft.ReadAt is not { } readAt) return;
        var why = await Dialogs.ConfirmAsync(RuleQuestions.Remove(Draft));
        if (why is null) return;
        await ActAsync(permit => Changes.RemoveAsync(permit, Draft.NotifyType, readAt, why, CancellationToken.None), null);
    }

    private async Task ActAsync(Func<Permit, Task<RuleResult>> change, string? next)
    {
        RuleResult? result = null;
        await Acting.DoAsync(Act.ChangeRules, async permit =>
        {
            result = await change(permit);
            return result.Succeeded ? result.Sentence : "";
        }, CancellationToken.None);
        conflict = result is { Succeeded: false } ? result.Sentence : null;
        if (result is not { Succeeded: true }) return;
        settled = true;
        await OnSaved.InvokeAsync(next);
    }

    private void ShowChanges(RenderTreeBuilder builder)
    {
        var change = RuleDifferences.Of(Draft);
        builder.OpenComponent<RuleDifferencesTable>(0);
        builder.AddComponentParameter(1, nameof(RuleDifferencesTable.Changes), change);
        builder.CloseComponent();
        builder.OpenComponent<EffectList>(2);
        builder.AddComponentParameter(3, nameof(EffectList.Effects), effects);
        builder.AddComponentParameter(4, nameof(EffectList.Change), change);
        builder.AddComponentParameter(5, nameof(EffectList.NewSkipType), Draft.SkipType);
        builder.CloseComponent();
    }
}
