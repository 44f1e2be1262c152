using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Reminders;
using ShiftReminders.Web.Reminders.Rules;

namespace ShiftReminders.Web.Components.Rules;

/// <summary>All rules, and the one that the address names.</summary>
public sealed partial class RulesPage
{
    private const string NewRule = "new!";
    private const int MostSamples = 30;
    private IReadOnlyList<Rule>? rules;
    private IReadOnlyList<SampleShift> samples = [];
    private RuleDraft? draft;
    private string? draftOf;
    private string? draftFor;
    private bool settled;
    private ReminderText? renderer;
    private (Rule Rule, IReadOnlyList<RuleText> Texts)? reading;

    [Inject]
    public required RuleBook RuleBook { get; set; }

    [Inject]
    public required AuthenticationStateProvider Authentication { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "rule")]
    public string? RuleName { get; set; }

    private string? Chosen => RuleName ?? (rules is { Count: > 0 } ? rules[0].NotifyType : null);

    private string Headline => rules switch
    {
        null => "Rules",
        { Count: 0 } => "No rules",
        _ => rules.Count(rule => rule.Enabled) switch
        {
            0 => "Every rule is off, so nobody is reminded",
            1 => "One rule reminds people",
            var on => $"{on} rules remind people",
        },
    };

    private string EditorTitle => draft switch
    {
        null => reading?.Rule.Title ?? "Rule",
        { IsNew: true } => "New rule",
        _ => rules?.FirstOrDefault(rule => rule.NotifyType == draftOf)?.Title ?? draft.Title,
    };

    private string NothingThere => Chosen switch
    {
        null => "Choose a rule.",
        NewRule => "Only admins make rules.",
        var gone => $"There is no rule “{gone}” any more.",
    };

    private string? SavedMeanwhile => draft is { IsNew: false } && rules?.FirstOrDefault(rule => rule.NotifyType == draftOf) is { } stored
        && stored.UpdatedAt != draft.ReadAt ? stored.UpdatedBy ?? "Somebody" : null;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        renderer ??= new ReminderText(Clocks.Site);
        var mayChange = Policies.RolesOf[Policies.CanAct].Any((await Authentication.GetAuthenticationStateAsync()).User.IsInRole);
        rules = await RuleBook.ListAsync(cancellationToken);
        if (mayChange) await WriteAsync(cancellationToken);
        else await ReadChosenAsync(cancellationToken);
    }

    private async Task ReadChosenAsync(CancellationToken cancellationToken)
    {
        (draft, draftOf) = (null, Chosen);
        if (reading is null) samples = await RuleBook.SamplesAsync(MostSamples, cancellationToken);
        reading = rules?.FirstOrDefault(rule => rule.NotifyType == Chosen) is { } rule
            ? (rule, await RuleBook.TextsAsync(rule.NotifyType, cancellationToken))
            : null;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        reading = null;
        // What somebody is writing stays, also when another rule has become the first; only another address replaces it.
        if (draft is not null && draftFor == RuleName && !settled) return;
        samples = await RuleBook.SamplesAsync(MostSamples, cancellationToken);
        (draftOf, draftFor, settled) = (Chosen, RuleName, false);
        draft = await DraftAsync(Chosen, cancellationToken);
    }

    private async Task<RuleDraft?> DraftAsync(string? name, CancellationToken cancellationToken)
    {
        if (name == NewRule) return RuleDraft.New();
        return rules?.FirstOrDefault(rule => rule.NotifyType == name) is { } rule
            ? RuleDraft.Of(rule, await RuleBook.TextsAsync(rule.NotifyType, cancellationToken))
            : null;
    }

    private Task SavedAsync(string? next)
    {
        if (next == draftOf) return ReloadAsync();
        settled = true;
        Navigation.NavigateTo(HrefOf(next));
        return Task.CompletedTask;
    }

    private Task ReloadAsync()
    {
        if (draftOf == NewRule)
        {
            settled = true;
            Navigation.NavigateTo(PortalUrls.Rules);
            return Task.CompletedTask;
        }
        draft = null;
        return RefreshAsync();
    }

    private string HrefOf(string? rule) => Navigation.GetUriWithQueryParameters(PortalUrls.Rules, new Dictionary<string, object?> { ["rule"] = rule });
}
