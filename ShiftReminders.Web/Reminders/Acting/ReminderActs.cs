using Npgsql;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Reminders.Acting;

/// <summary>
/// What people do to reminders. Each act takes the permit that the guard gave a moment ago, and writes its audit in its
/// own transaction.
/// </summary>
public sealed class ReminderActs(NpgsqlDataSource database)
{
    /// <summary>More at once is refused: nobody can read what they would confirm.</summary>
    public const int Most = 1000;

    /// <summary>What a resend of each would do at this moment. Changes nothing.</summary>
    public async Task<IReadOnlyList<ResendPreview>> PreviewAsync(
        IReadOnlyCollection<long> ids, ResendWishes wishes, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT reminder_id, result, sentence, devices, had_it FROM shift_reminders.preview_resend($1, $2, $3, $4)");
        command.Parameters.Add(Ids(ids));
        command.Parameters.Add(Text(wishes.TargetName));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughCheckedIn });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughBegun });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var previews = new List<ResendPreview>();
        while (await reader.ReadAsync(cancellationToken))
            previews.Add(new ResendPreview(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4)));
        return previews;
    }

    public async Task<IReadOnlyList<ActReport>> ResendAsync(
        Permit permit, IReadOnlyCollection<long> ids, ResendWishes wishes, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ResendReminders);
        await using var command = database.CreateCommand(
            "SELECT reminder_id, result, sentence FROM shift_reminders.resend_reminders($1, $2, $3, $4, $5, $6)");
        command.Parameters.Add(Ids(ids));
        command.Parameters.Add(Text(wishes.TargetName));
        command.Parameters.Add(Text(permit.Actor));
        command.Parameters.Add(Text(why));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughCheckedIn });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wishes.AlthoughBegun });
        return await ReportAsync(command, cancellationToken);
    }

    public Task<IReadOnlyList<ActReport>> CancelAsync(
        Permit permit, IReadOnlyCollection<long> ids, string why, CancellationToken cancellationToken) =>
        CallAsync("SELECT reminder_id, result, sentence FROM shift_reminders.cancel_reminders($1, $2, $3)", permit, ids, why, cancellationToken);

    public Task<IReadOnlyList<ActReport>> TakeBackCancelAsync(
        Permit permit, IReadOnlyCollection<long> ids, string why, CancellationToken cancellationToken) =>
        CallAsync("SELECT reminder_id, result, sentence FROM shift_reminders.uncancel_reminders($1, $2, $3)", permit, ids, why, cancellationToken);

    private async Task<IReadOnlyList<ActReport>> CallAsync(
        string sql, Permit permit, IReadOnlyCollection<long> ids, string why, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.CancelReminders);
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(Ids(ids));
        command.Parameters.Add(Text(permit.Actor));
        command.Parameters.Add(Text(why));
        return await ReportAsync(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<ActReport>> ReportAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var reports = new List<ActReport>();
        while (await reader.ReadAsync(cancellationToken))
            reports.Add(new ActReport(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return reports;
    }

    private static NpgsqlParameter<long[]> Ids(IReadOnlyCollection<long> ids)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, Most);
        return new NpgsqlParameter<long[]> { TypedValue = [.. ids] };
    }

    private static NpgsqlParameter<string> Text(string text) => new() { TypedValue = text };
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

/// <param name="ReminderId">Which reminder.</param>
/// <param name="Result"><c>ok</c>, or why nothing was done to it.</param>
/// <param name="Sentence">What became of it.</param>
public sealed record ActReport(long ReminderId, string Result, string Sentence)
{
    public bool Done => Result == "ok";
}
