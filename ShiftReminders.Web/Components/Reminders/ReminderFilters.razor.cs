using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Reminders;

/// <summary>The one filter line, and its chips. It holds nothing: every change goes to the address and comes back.</summary>
public sealed partial class ReminderFilters
{
    private const string Days = "days";
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

    private string DueName => Filter.Due.IsDays || showDays ? Days : Filter.Due.Name ?? "";

    protected override void OnParametersSet()
    {
        text = Filter.Text;
        if (Filter.Due.Name is not null) showDays = false;
    }

    private string? ShiftNumber => Filter.Shift?.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> DueNames =>
        Filter.Due is { Hour: not null, Name: { } hour } ? ["", "24h", "7d", "30d", "past", "all", hour, Days] : ["", "24h", "7d", "30d", "past", "all", Days];

    private static string? Look(string? value) => value is null ? null : "set";

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static DateTime? Midnight(DateOnly? day) => day?.ToDateTime(TimeOnly.MinValue);

    private static DateOnly? DayOf(DateTime? day) => day is { } chosen ? DueRange.ParseDay(DueRange.Write(DateOnly.FromDateTime(chosen))) : null;

    private string DueWords(string? name) => name switch
    {
        null or "" => Filter.IsNarrow ? "Any time" : "Due: last 7 days",
        "24h" => "Due: last 24 hours",
        "7d" => "Due: last 7 days",
        "30d" => "Due: last 30 days",
        "past" => "Due already",
        "all" => "Due: any time",
        Days => "Due: days …",
        _ => $"Due: {FilterWords.Range(Filter.Due)}",
    };

    private Task SearchAsync()
    {
        var search = ReminderFilterQuery.TextOf(text);
        return search == Filter.Text ? Task.CompletedTask : Set(Filter with { Text = search });
    }

    private Task ChooseDue(string? name)
    {
        showDays = name == Days;
        return showDays ? Task.CompletedTask : Set(Filter with { Due = DueRange.Find(name) ?? DueRange.Unset });
    }

    private Task SetDays(DateOnly? from, DateOnly? to) => Set(Filter with { Due = DueRange.Days(from, to) });

    private Task Set(ReminderFilter changed) => Changed.InvokeAsync(changed);
}
