using Npgsql;

namespace ShiftReminders.Web.Data.Migrations;

internal static class MigrationError
{
    /// <summary>PostgreSQL's words with its detail, its hint and the function it was in.</summary>
    public static string Describe(PostgresException error)
    {
        var parts = new[] { error.Detail, error.Hint, error.Where }.Where(part => !string.IsNullOrWhiteSpace(part));
        return string.Join(' ', parts.Prepend($"{error.MessageText} (SQLSTATE {error.SqlState})."));
    }
}
