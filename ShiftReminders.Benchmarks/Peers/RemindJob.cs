using Npgsql;
using ShiftReminders.Benchmarks.Drain;

namespace ShiftReminders.Benchmarks.Peers;

/// <summary>One reminder as a job of Hangfire's: mark, token, POST.</summary>
public sealed class RemindJob
{
    private const string MarkAndToken =
        """
        WITH marked AS (INSERT INTO bench.marks VALUES ($1, now()) ON CONFLICT DO NOTHING)
        SELECT token FROM public.fcm_tokens WHERE user_id = $2
        """;

    // Hangfire makes its jobs itself, with no arguments.
    private static NpgsqlDataSource? database;
    private static BarePost? post;
    private static int done;

    internal static int Done => Volatile.Read(ref done);

    internal static void Set(NpgsqlDataSource marksAndTokens, BarePost messages) => (database, post) = (marksAndTokens, messages);

    public async Task RunAsync(string nid, Guid person)
    {
        await using var command = database!.CreateCommand(MarkAndToken);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = nid });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person });
        var token = (string)(await command.ExecuteScalarAsync())!;
        await post!.SendAsync(nid, token);
        Interlocked.Increment(ref done);
    }
}
