using System.CommandLine;
using System.Text.Json;
using Npgsql;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>explain</c>: what happened, or will happen, to the reminders of a shift.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var shift = new Option<long>("--shift") { Description = "The shift's id in the host's table.", Required = true };
        var user = new Option<Guid?>("--user") { Description = "Only this person." };
        var kind = new Option<string?>("--kind") { Description = "Only this kind of reminder, such as start_15." };
        var json = Answer.JsonOption();
        var command = new Command("explain", "Say for each person and kind of reminder of a shift what happened or will happen.") { shift, user, kind, json };
        command.SetAction((parsed, cancellationToken) => DatabaseCommand.RunAsync(async database =>
        {
            var explained = await ReadAsync(database, parsed.GetValue(shift), cancellationToken);
            explained.RemoveAll(one => parsed.GetValue(user) is { } who && one.UserId != who
                || parsed.GetValue(kind) is { } wanted && one.Kind != wanted);
            Answer.Write(parsed.GetValue(json), explained, explained.Select(one => $"{one.UserId}  {one.Kind}  {one.State}: {one.Sentence}"));
            return explained.Count > 0
                ? 0
                : await Answer.FailAsync($"There is no reminder of shift {parsed.GetValue(shift)} for that person and kind, and none is expected.");
        }));
        return command;
    }

    private static async Task<List<Explained>> ReadAsync(NpgsqlDataSource database, long shift, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select user_id, notify_type, state, reason, sentence, evidence::text from shift_reminders.explain_shift($1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shift });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var explained = new List<Explained>();
        while (await reader.ReadAsync(cancellationToken))
        {
            explained.Add(new Explained
            {
                UserId = reader.GetGuid(0),
                Kind = reader.GetString(1),
                State = reader.GetString(2),
                Reason = reader.IsDBNull(3) ? null : reader.GetString(3),
                Sentence = reader.GetString(4),
                Evidence = JsonDocument.Parse(reader.GetString(5)).RootElement,
            });
        }
        return explained;
    }

    private sealed record Explained
    {
        public required Guid UserId { get; init; }

        public required string Kind { get; init; }

        public required string State { get; init; }

        public required string? Reason { get; init; }

        public required string Sentence { get; init; }

        public required JsonElement Evidence { get; init; }
    }
}
