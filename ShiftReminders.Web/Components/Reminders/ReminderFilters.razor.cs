using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The one filter line, and its chips. It holds nothing: every change goes to the address and comes back.</summary>
public sealed partial class ReminderFilters
{
    private string? text;
    private bool showDays;

    [Parameter, EditorRequired]
    public required ReminderFilter Filter { get; set; }

    [Parameter, EditorRequired]
    public required ReminderChoices Choices { get; set; }

    /// <summary>The name of the person that the filter names.</summary>
    [Parameter]
    public string? PersonName { get; set; }

    /// <summary>When and by whom the act was done that the filter names.</summary>
    [Parameter]
    public string? ActName { get; set; }

    [Parameter]
    public EventCallback<ReminderFilter> Changed { get; set; }

    /// <summary>What stands at the end of the line of chips.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private IReadOnlyList<FilterChip> Chips => FilterWords.Chips(Filter, Choices, PersonName, ActName);

    private string DueName => Filter.Due.IsDays || showDays ? "days" : Filter.Due.Name ?? "";

    protected override void OnParametersSet()
    {
        text = Filter.Text;
        if (Filter.Due.Name is not null) showDays = false;
    }

    private static string Look(string? value) => value is null ? "" : "set";

    private static string? Chosen(ChangeEventArgs change) => change.Value as string is { Length: > 0 } value ? value : null;

    private static long? Number(ChangeEventArgs change) =>
        long.TryParse(Chosen(change)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Day(DateOnly? day) => day is { } chosen ? DueRange.Write(chosen) : null;

    private Task SearchAsync()
    {
        var search = ReminderFilterQuery.TextOf(text);
        return search == Filter.Text ? Task.CompletedTask : Set(Filter with { Text = search });
    }

    private Task ChooseDue(ChangeEventArgs change)
    {
        showDays = Chosen(change) == "days";
        return showDays ? Task.CompletedTask : Set(Filter with { Due = DueRange.Find(Chosen(change)) ?? DueRange.Unset });
    }

    private Task SetDays(DateOnly? from, DateOnly? to) => Set(Filter with { Due = DueRange.Days(from, to) });

    private Task Set(ReminderFilter changed) => Changed.InvokeAsync(changed);
}
