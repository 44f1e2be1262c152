using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.TestShifts;

/// <summary>Makes, follows and removes test shifts. Exists only where <c>TestShifts__Enabled</c> is true.</summary>
public sealed class TestBatches(IDbContextFactory<ShiftRemindersDb> contexts, TestAttendance attendance)
{
    /// <summary>Makes the shifts in one transaction with its line of the audit; the result is the batch.</summary>
    public async Task<long> CreateAsync(Permit permit, TestShiftPlan plan, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.SeedTestShifts);
        var people = plan.People.ToArray();
        var batch = await contexts.ActAsync(permit, database => database.Database.SqlQuery<long>($"""
            SELECT shift_reminders.create_test_shifts({people}, {plan.Shifts}, {plan.StartsIn}, {plan.Lasts}, {plan.Apart},
                {plan.Label}, {plan.TimeZone}, {plan.CheckInAfter}, {plan.CheckOutAfter}, {plan.EnqueueNow},
                {permit.Actor}, {plan.Why}) AS "Value"
            """).SingleAsync(cancellationToken), cancellationToken);
        attendance.LookAgain();
        return batch;
    }

    public async Task<TestBatchRemoval> RemoveAsync(Permit permit, long batch, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.SeedTestShifts);
        return await contexts.ActAsync(permit, database => database.Database
            .SqlQuery<TestBatchRemoval>($"SELECT * FROM shift_reminders.remove_test_batch({batch}, {permit.Actor}, {why})")
            .SingleAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<TestBatch>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Database.SqlQuery<TestBatch>($"SELECT * FROM shift_reminders.test_batch_list({most})")
            .ToListAsync(cancellationToken);
    }

    /// <summary>What has become of the batch's shifts, from the same board as every other shift's.</summary>
    public async Task<IReadOnlyList<BoardShift>> BoardAsync(long batch, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return BoardShift.Group(await database.Database
            .SqlQuery<BoardRow>($"SELECT * FROM shift_reminders.test_board({batch})").ToListAsync(cancellationToken));
    }
}
