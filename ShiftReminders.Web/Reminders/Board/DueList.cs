using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Board;

/// <summary>What falls due in the next hour, one by one. All who look at about the same time share one reading.</summary>
public sealed class DueList(IDbContextFactory<ShiftRemindersDb> contexts, TimeProvider time)
{
    /// <summary>A page shows no more; one more is read, to know that there are.</summary>
    public const int Most = 2000;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromMilliseconds(900);
    private readonly SharedRead<TimeSpan, IReadOnlyList<DueReminder>> hours = new(KeepFor, time);

    /// <summary>In the order in which they fall due.</summary>
    public Task<IReadOnlyList<DueReminder>> ReadAsync(CancellationToken cancellationToken) => hours.GetAsync(Ahead, async reading =>
    {
        await using var context = await contexts.CreateDbContextAsync(reading);
        return await context.Database.SqlQuery<DueReminder>($"SELECT * FROM shift_reminders.due_list({Ahead}, {Most + 1})").ToListAsync(reading);
    }, cancellationToken);
}

/// <summary>A reminder that shifts and rules ask for, and that need not be queued yet.</summary>
public sealed record DueReminder
{
    public required long ScheduleId { get; init; }

    public required Guid UserId { get; init; }

    public string? DisplayName { get; init; }

    public string? Label { get; init; }

    /// <summary>IANA name of the shift's zone; null: the site's.</summary>
    public string? TimeZone { get; init; }

    public required string NotifyType { get; init; }

    /// <summary>The rule's.</summary>
    public required string Title { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Whether the person has a phone.</summary>
    public required bool Reachable { get; init; }
}
