using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>Whether an error is the database's, as Npgsql or Entity Framework report it: the page tells it, and stays.</summary>
internal static class DatabaseTrouble
{
    public static bool IsDatabaseTrouble(this Exception error) => error is NpgsqlException or TimeoutException or { InnerException: NpgsqlException };
}
