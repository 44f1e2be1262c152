using System.Globalization;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>One narrowing of the list in words, and the filter without it.</summary>
public sealed record FilterChip(string Name, string Value, ReminderFilter Without, bool Default = false);

/// <summary>A filter as people say it.</summary>
public static class FilterWords
{
    public static IReadOnlyList<FilterChip> Chips(ReminderFilter filter, ReminderChoices choices, string? personName, string? actName = null)
    {
        List<FilterChip> chips = [];
        if (filter.Text is { } text) chips.Add(new("Text", text, filter with { Text = null }));
        if (filter is { Tab: ReminderTab.All, State: { } state }) chips.Add(new("State", StateOf(state), filter with { State = null }));
        if (filter.Kind is { } kind) chips.Add(new("Kind", KindOf(choices, kind), filter with { Kind = null }));
        if (filter.Reason is { } reason) chips.Add(new("Reason", ReasonOf(reason), filter with { Reason = null }));
        if (filter.Person is { } person) chips.Add(new("Person", personName ?? person.ToString(), filter with { Person = null }));
        if (filter.Shift is { } shift) chips.Add(new("Shift", shift.ToString(CultureInfo.InvariantCulture), filter with { Shift = null }));
        if (filter.Act is { } act) chips.Add(new("Resent", actName ?? $"in act {act}", filter with { Act = null, Outcome = null }));
        if (filter.Outcome is { } outcome) chips.Add(new("What came of it", ActWords.FullOutcomeOf(outcome), filter with { Outcome = null }));
        if (filter.Due != DueRange.Unset) chips.Add(new("Due", Range(filter.Due), filter with { Due = DueRange.Unset }));
        else if (!filter.IsNarrow) chips.Add(new("Due", Range(filter.EffectiveDue), filter with { Due = DueRange.Any }, Default: true));
        return chips;
    }

    public static string Range(DueRange range) => range switch
    {
        { Name: "all" } => "any time",
        { Name: "past" } => "already",
        { Hour: { } hour } => $"{hour:ddd d MMM yyyy HH:mm} – {hour.AddHours(1):HH:mm} UTC",
        { Back: not null } when range == DueRange.Day => "last 24 hours and on",
        { Back: { } back } => $"last {back.TotalDays:0} days and on",
        { From: { } from, To: { } to } when from == to => Day(from),
        { From: { } from, To: { } to } => $"{Day(from)} – {Day(to)}",
        { From: { } from } => $"from {Day(from)}",
        { To: { } to } => $"up to {Day(to)}",
        _ => "any time",
    };

    public static string StateOf(string state) => state switch
    {
        ReminderStates.NotReminded => "not reminded (failed or expired)",
        ReminderStates.NotNeeded => "not needed (skipped or cancelled)",
        _ => state,
    };

    public static string TabOf(ReminderTab tab) => tab switch
    {
        ReminderTab.Pending => "Pending",
        ReminderTab.Failed => "Failed",
        ReminderTab.Sent => "Sent",
        ReminderTab.All => "All",
    };

    public static string KindOf(ReminderChoices choices, string kind) =>
        choices.Kinds.FirstOrDefault(choice => choice.Kind == kind)?.Title ?? kind;

    public static string ReasonOf(string reason) => reason.Replace('_', ' ');

    private static string Day(DateOnly day) => day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);
}
