using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>Whether an error is the database's, as Npgsql or Entity Framework report it: the page tells it, and stays.</summary>
internal static class DatabaseTrouble
{
    // What our SQL functions raise when they refuse what was asked.
    private const string Refused = "SR002";

    /// <summary>The sentence for people with which one of our functions refused what was asked; null: this is another error.</summary>
    public static string? Refusal(this Exception error) =>
        error is PostgresException { SqlState: Refused } refused ? $"{refused.MessageText} {refused.Hint}".Trim() : null;

    public static bool IsDatabaseTrouble(this Exception error) => error is NpgsqlException or TimeoutException or { InnerException: NpgsqlException };

    /// <summary>Whether the database could not be reached, let nobody in, or took too long, rather than refused what was asked.</summary>
    public static bool IsDatabaseAway(this Exception error) => error switch
    {
        PostgresException refusal => IsAway(refusal.SqlState),
        NpgsqlException or TimeoutException => true,
        { InnerException: { } inner } => inner.IsDatabaseAway(),
        _ => false,
    };

    /// <summary>
    /// The trouble as a sentence for people. What a connection died of is not among it: such words name hosts, addresses and
    /// roles, and are for the log.
    /// </summary>
    public static string Sentence(this Exception error) => (error.InnerException as PostgresException ?? error) switch
    {
        PostgresException refusal when !refusal.IsDatabaseAway() => $"The database answered: {refusal.MessageText.TrimEnd('.')}.",
        _ => "The database does not answer.",
    };

    // Classes 08: connection, 28: sign-in, 3D: no such database, 53: out of room or connections, 57: cancelled, shut down or starting.
    private static bool IsAway(string state) =>
        state is ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['5', '3', ..] or ['5', '7', ..]
            or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.ObjectNotInPrerequisiteState;
}
