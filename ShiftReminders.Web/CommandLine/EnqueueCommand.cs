using System.CommandLine;
using Npgsql;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>enqueue</c>: what pg_cron does every minute, once, by hand.</summary>
internal static class EnqueueCommand
{
    private const int Busy = -1;

    public static Command Create()
    {
        var json = Answer.JsonOption();
        var command = new Command("enqueue", "Queue what is due now, as pg_cron does every minute.") { json };
        command.SetAction((parsed, cancellationToken) => DatabaseCommand.RunAsync(
            database => RunAsync(database, parsed.GetValue(json), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(NpgsqlDataSource database, bool json, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select public.enqueue_due_shift_notifications('manual')");
        var added = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        Answer.Write(json, new { Added = Math.Max(added, 0), Busy = added == Busy },
            [added == Busy ? "Another tick is still running; nothing was done." : $"Added or re-armed: {added}."]);
        return added == Busy ? 1 : 0;
    }
}
