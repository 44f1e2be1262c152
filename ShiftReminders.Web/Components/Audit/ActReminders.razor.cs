using Microsoft.AspNetCore.Components;
using ShiftReminders.Web.Components.Live;
using ShiftReminders.Web.Reminders.Acting;
using ShiftReminders.Web.Reminders.Listing;

namespace ShiftReminders.Web.Components.Audit;

/// <summary>The reminders of one act, and what came of each; those that need somebody come first.</summary>
public sealed partial class ActReminders : LivePage
{
    private const int Most = 200;
    private static readonly string[] Order = [ActOutcomes.Failed, ActOutcomes.Waiting];
    private FollowedAct? act;
    private IReadOnlyList<ActReminder> shown = [];
    private Dictionary<long, ReminderRow> rows = [];

    [Inject]
    public required FollowedActs Followed { get; set; }

    [Inject]
    public required ReminderQueries Queries { get; set; }

    /// <summary>The act's line in the audit.</summary>
    [Parameter, EditorRequired]
    public required long Act { get; set; }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (await Followed.ReadAsync(Act, cancellationToken) is not { } read) return;
        ActReminder[] first = [.. read.Reminders.OrderByDescending(reminder => Order.Contains(reminder.Outcome)).ThenBy(reminder => reminder.Outcome).Take(Most)];
        var found = await Queries.ReadRowsAsync([.. first.Select(reminder => reminder.ReminderId)], cancellationToken);
        (act, shown, rows) = (read, first, found.ToDictionary(row => row.Id));
    }

    // A row tells what its reminder is now, and that is another sending than this act's where one has followed.
    private static bool IsOfNow(ActReminder reminder) => reminder.Outcome is not (ActOutcomes.Again or ActOutcomes.Replaced);
}
