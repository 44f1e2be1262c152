using Microsoft.EntityFrameworkCore;
using Npgsql;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Reminders.Acting;

/// <summary>
/// What people do to reminders. Each act takes the permit that the guard gave a moment ago, and writes its audit in its
/// own transaction.
/// </summary>
public sealed class ReminderActs(NpgsqlDataSource database, IDbContextFactory<ShiftRemindersDb> contexts)
{
    /// <summary>More at once is refused: nobody can read what they would confirm.</summary>
    public const int Most = 1000;

    /// <summary>What a resend of each would do at this moment. Changes nothing.</summary>
    public async Task<IReadOnlyList<ResendPreview>> PreviewAsync(
        IReadOnlyCollection<long> ids, ResendWishes wishes, CancellationToken cancellationToken)
    {
        await using var command = database.CreateRead(
            "SELECT reminder_id, result, sentence, devices, had_it FROM shift_reminders.preview_resend($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Few(ids) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = wishes.TargetName });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughCheckedIn });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughBegun });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var previews = new List<ResendPreview>();
        while (await reader.ReadAsync(cancellationToken))
            previews.Add(new ResendPreview(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4)));
        return previews;
    }

    public Task<ResendReport> ResendAsync(
        Permit permit, IReadOnlyCollection<long> ids, ResendWishes wishes, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ResendReminders);
        return contexts.ActAsync(permit, async database =>
        {
            var reports = await database.Database.SqlQuery<ActReport>($"""
                SELECT reminder_id, result, sentence FROM shift_reminders.resend_reminders(
                    {Few(ids)}, {wishes.TargetName}, {permit.Actor}, {why}, {wishes.AlthoughCheckedIn}, {wishes.AlthoughBegun})
                """).ToListAsync(cancellationToken);
            return new ResendReport(await ActOfAsync(database, reports, cancellationToken), reports);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<ActReport>> CancelAsync(
        Permit permit, IReadOnlyCollection<long> ids, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.CancelReminders);
        return ActAsync(permit, $"SELECT reminder_id, result, sentence FROM shift_reminders.cancel_reminders({Few(ids)}, {permit.Actor}, {why})", cancellationToken);
    }

    public Task<IReadOnlyList<ActReport>> TakeBackCancelAsync(
        Permit permit, IReadOnlyCollection<long> ids, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.CancelReminders);
        return ActAsync(permit, $"SELECT reminder_id, result, sentence FROM shift_reminders.uncancel_reminders({Few(ids)}, {permit.Actor}, {why})", cancellationToken);
    }

    private Task<IReadOnlyList<ActReport>> ActAsync(Permit permit, FormattableString sql, CancellationToken cancellationToken) =>
        contexts.ActAsync<IReadOnlyList<ActReport>>(
            permit, async database => await database.Database.SqlQuery<ActReport>(sql).ToListAsync(cancellationToken), cancellationToken);

    // The reminder is locked until this transaction ends: its newest line is the one that was written just now.
    private static async Task<long?> ActOfAsync(ShiftRemindersDb database, IReadOnlyList<ActReport> reports, CancellationToken cancellationToken) =>
        reports.FirstOrDefault(report => report.Done) is { ReminderId: var done }
            ? await database.Audit.Where(entry => entry.ReminderId == done).OrderByDescending(entry => entry.Generation)
                .Select(entry => entry.PartOf ?? entry.Id).FirstAsync(cancellationToken)
            : null;

    private static long[] Few(IReadOnlyCollection<long> ids)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, Most);
        return [.. ids];
    }
}

/// <summary>How a resend is meant.</summary>
public sealed record ResendWishes
{
    /// <summary>False: only the devices that did not get it.</summary>
    public bool AllDevices { get; init; }

    /// <summary>Also to people who have checked in or out meanwhile.</summary>
    public bool AlthoughCheckedIn { get; init; }

    /// <summary>Also when the time in which the reminder is useful has passed.</summary>
    public bool AlthoughBegun { get; init; }

    public string TargetName => AllDevices ? "all" : "missing";
}

/// <param name="ReminderId">Which reminder.</param>
/// <param name="Result"><c>ok</c>, or why it would be refused.</param>
/// <param name="Sentence">The same for people.</param>
/// <param name="Devices">How many devices it would go to.</param>
/// <param name="HadIt">How many of the person's devices have got it already.</param>
public sealed record ResendPreview(long ReminderId, string Result, string Sentence, int Devices, int HadIt)
{
    public bool Accepted => Result == "ok";
}

/// <param name="Act">The act's line in the audit, by which it is followed; null: nothing was resent.</param>
/// <param name="Reports">What became of each.</param>
public sealed record ResendReport(long? Act, IReadOnlyList<ActReport> Reports);

/// <param name="ReminderId">Which reminder.</param>
/// <param name="Result"><c>ok</c>, or why nothing was done to it.</param>
/// <param name="Sentence">What became of it.</param>
public sealed record ActReport(long ReminderId, string Result, string Sentence)
{
    public bool Done => Result == "ok";
}
