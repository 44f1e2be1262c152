using System.CommandLine;
using Npgsql;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>purge</c>: forgets what retention allows to forget, in small batches.</summary>
internal static class PurgeCommand
{
    private const int DefaultBatch = 1000;

    public static Command Create()
    {
        var batch = new Option<int>("--batch") { Description = "Rows per batch.", DefaultValueFactory = _ => DefaultBatch };
        batch.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--batch must be at least 1.");
        });
        var json = Answer.JsonOption();
        var command = new Command("purge", "Forget finished reminders, runs and heartbeats that are older than the retention.") { batch, json };
        command.SetAction((parsed, cancellationToken) => DatabaseCommand.RunAsync(
            database => RunAsync(database, parsed.GetValue(batch), parsed.GetValue(json), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(NpgsqlDataSource database, int batch, bool json, CancellationToken cancellationToken)
    {
        long purged = 0;
        while (await PurgeAsync(database, batch, cancellationToken) is var gone and > 0) purged += gone;
        Answer.Write(json, new { Purged = purged }, [$"Purged: {purged}."]);
        return 0;
    }

    private static async Task<int> PurgeAsync(NpgsqlDataSource database, int batch, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select shift_reminders.purge($1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batch });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
