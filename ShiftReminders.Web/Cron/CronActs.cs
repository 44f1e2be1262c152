using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Cron;

/// <summary>What an admin does to the tick. Each writes its line of the audit in its own transaction.</summary>
public sealed class CronActs(IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <summary>False: reminders were paused already, by somebody else.</summary>
    public async Task<bool> PauseAsync(Permit permit, string why, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.PauseReminders);
        return await ActAsync<bool>(permit, $"""SELECT shift_reminders.pause_reminders({permit.Actor}, {why}, {until}) AS "Value" """, cancellationToken);
    }

    /// <summary>False: they were not paused any more.</summary>
    public async Task<bool> ResumeAsync(Permit permit, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.PauseReminders);
        return await ActAsync<bool>(permit, $"""SELECT shift_reminders.resume_reminders({permit.Actor}, {why}) AS "Value" """, cancellationToken);
    }

    /// <summary>How many reminders were added or re-armed; null: another run was still at it, and nothing was done.</summary>
    public async Task<int?> RunNowAsync(Permit permit, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.RunEnqueue);
        var queued = await ActAsync<int>(permit, $"""SELECT shift_reminders.run_enqueue_by_hand({permit.Actor}, {why}) AS "Value" """, cancellationToken);
        return queued < 0 ? null : queued;
    }

    private Task<T> ActAsync<T>(Permit permit, FormattableString sql, CancellationToken cancellationToken) =>
        contexts.ActAsync(permit, database => database.Database.SqlQuery<T>(sql).SingleAsync(cancellationToken), cancellationToken);
}
