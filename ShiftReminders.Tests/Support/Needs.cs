namespace ShiftReminders.Tests.Support;

/// <summary>
/// What a class of tests needs of a server besides PostgreSQL itself. <c>./dev test --postgres 17</c> names the classes that it
/// leaves out for it; a class that needs it and does not say so fails there.
/// </summary>
internal static class Needs
{
    public const string Trait = "Needs";

    public const string Cron = "pg_cron";

    /// <summary>A <c>pg_dump</c> of the server's own version.</summary>
    public const string Dump = "pg_dump";

    public const string PlpgsqlCheck = "plpgsql_check";
}
