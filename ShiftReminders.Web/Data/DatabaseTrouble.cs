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
}
