using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using ShiftReminders.Web.Components.Reminders;
using ShiftReminders.Web.Reminders.Explaining;
using ShiftReminders.Web.Reminders.Listing;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Why;

/// <summary>"Why was X not reminded?", asked by shift, person and kind; the address holds the question.</summary>
public sealed partial class WhyPage
{
    private const int LongestKind = 60;
    private IReadOnlyList<ExpectedReminder> expected = [];
    private IReadOnlyList<TimelineEntry> timeline = [];
    private string? personName;
    private (string? Shift, string? Person, string? Kind) answered;
    private bool asked;
    private bool looked;

    [Inject]
    public required ReminderExplanations Explanations { get; set; }

    [Inject]
    public required ReminderDossiers Dossiers { get; set; }

    [Inject]
    public required People People { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "shift")]
    public string? Shift { get; set; }

    [SupplyParameterFromQuery(Name = "person")]
    public string? Person { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    private ReminderStory? Answer { get; set; }

    private string AnswerIs => string.Join(" · ", new[] { personName, Answer?.Evidence.Rule?.Title ?? Answer?.Key.Kind, $"shift {Answer?.Key.Shift}" }.Where(part => part is not null));

    private string NothingFound => ShiftId is { } id ? $"There is no shift {id}, or nobody is assigned to it." : "This person has no shift within two weeks back and one ahead.";

    private long? ShiftId => long.TryParse(Shift, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private Guid? PersonId => Guid.TryParse(Person, out var id) ? id : null;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var question = (Shift, Person, Kind);
        // What is shown while a later read fails must be the answer to what is asked, not to what was asked before.
        if (question != answered) (Answer, expected, personName, looked) = (null, [], null, false);
        answered = question;
        asked = ShiftId is not null || PersonId is not null;
        expected = asked ? await Explanations.FindAsync(PersonId, ShiftId, Now, cancellationToken) : [];
        personName = PersonId is { } person ? await NameOfAsync(person, cancellationToken) : null;
        if (Question is { } key) await AnswerAsync(key, cancellationToken);
        else Answer = null;
        looked = true;
    }

    private async Task<string?> NameOfAsync(Guid person, CancellationToken cancellationToken) =>
        (await People.NamedAsync([person], cancellationToken)).GetValueOrDefault(person)?.Name;

    private ReminderKey? Question => (ShiftId, PersonId, Kind) switch
    {
        ({ } shift, { } person, { Length: > 0 and <= LongestKind } kind) => new ReminderKey(shift, person, ReminderFilterQuery.TextOf(kind) ?? kind),
        ({ }, _, _) when expected.Count == 1 => expected[0].Key,
        _ => null,
    };

    private async Task AnswerAsync(ReminderKey key, CancellationToken cancellationToken)
    {
        var answer = await Explanations.ExplainAsync(key, cancellationToken);
        timeline = await Dossiers.TimelineAsync(answer, Clocks, cancellationToken);
        personName = answer.Evidence.Person?.DisplayName ?? personName;
        Answer = answer;
    }

    private void Go(Guid? person, string? shift, string? kind) => Navigation.NavigateTo(QueryHelpers.AddQueryString(PortalUrls.Explain,
        new Dictionary<string, string?> { ["person"] = person?.ToString(), ["shift"] = shift, ["kind"] = kind }.Where(pair => !string.IsNullOrEmpty(pair.Value))));

    private static string UrlOf(ReminderKey key) => PortalUrls.ExplainOne(key.Shift, key.Person, key.Kind);

    private string? SpanOf(ExpectedReminder one) => ShiftWords.Span(one.StartAt, one.EndAt, one.TimeZone, Clocks, Now);

    // Not just that it is not needed: why is what this page is asked.
    private static string? WordOf(ExpectedReminder one) =>
        one is { ReminderId: null, Standing: "checked_in" or "checked_out" or "attendance_logged" } ? one.Standing.Replace('_', ' ') : null;
}
