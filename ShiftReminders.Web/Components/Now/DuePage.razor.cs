using System.Globalization;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Shared;
using ShiftReminders.Web.Reminders.Board;

namespace ShiftReminders.Web.Components.Now;

/// <summary>Who is to be reminded of what in the next hour: what the numbers of Now count, one by one.</summary>
public sealed partial class DuePage
{
    public const string UnreachableFilter = "unreachable";

    // As many as a page draws at once without anybody waiting.
    private const int MostAtOnce = 100;

    private const string MinuteForm = "yyyy-MM-dd'T'HH:mm";

    private IReadOnlyList<DueReminder>? due;
    private List<DueReminder> shown = [];

    [Inject]
    public required DueList List { get; set; }

    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>In UTC, so that one address means the same to everybody.</summary>
    [SupplyParameterFromQuery]
    public string? Minute { get; set; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    private bool UnreachableOnly => Show == UnreachableFilter;

    private DateTimeOffset? AskedMinute => DateTimeOffset.TryParseExact(
        Minute, MinuteForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var minute) ? minute : null;

    private bool Narrowed => UnreachableOnly || AskedMinute is not null || Kind is { Length: > 0 };

    private string Headline
    {
        get
        {
            if (due is null) return "Due next";
            if (due.Count > DueList.Most) return $"More than {DueList.Most:N0} reminders fall due in the next hour; here are the first";
            if (!UnreachableOnly) return $"{(shown.Count == 1 ? "1 reminder falls" : $"{shown.Count:N0} reminders fall")} due {When}";
            var people = shown.DistinctBy(reminder => reminder.UserId).Count();
            return people == 1 ? "1 person of the next hour cannot be reached" : $"{people:N0} people of the next hour cannot be reached";
        }
    }

    private string When => AskedMinute is { } minute ? $"at {TimeWords.Clock(minute, Clocks.Site, Now, seconds: false)}" : "in the next hour";

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        due = await List.ReadAsync(cancellationToken);
        var minute = AskedMinute;
        shown =
        [
            .. due.Take(DueList.Most).Where(reminder => !(UnreachableOnly && reminder.Reachable)
                && (minute is null || (reminder.DueAt >= minute && reminder.DueAt < minute.Value.AddMinutes(1)))
                && (Kind is not { Length: > 0 } || reminder.NotifyType == Kind)),
        ];
    }
}
