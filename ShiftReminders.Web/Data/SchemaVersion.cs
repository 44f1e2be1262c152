using Npgsql;

namespace ShiftReminders.Web.Data;

/// <summary>
/// How the database's version stands to this program's. A program works with a schema of its own version, and with a newer
/// one that is at most one minor ahead: functions that the previous minor calls keep their signatures.
/// </summary>
public static class SchemaVersion
{
    /// <summary>The version that this program was built as, and that its <c>migrate</c> brings a database to.</summary>
    public static Version OfThisProgram { get; } = Three(typeof(SchemaVersion).Assembly.GetName().Version!);

    /// <summary>The database's version, or null where nothing that this program knows was ever migrated.</summary>
    public static async Task<Version?> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT shift_reminders.schema_version()");
            return Version.TryParse((string?)await command.ExecuteScalarAsync(cancellationToken), out var version) ? version : null;
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }

    /// <summary>Null when the program may work with the schema; else what is wrong and what to do.</summary>
    public static string? Problem(Version? schema, Version program) => schema switch
    {
        null => $"The database has no version that this program ({program}) knows. Run migrate of version {program}.",
        _ when schema < program => $"The database is at version {schema}, and this program is {program}. Run migrate of version {program}.",
        _ when schema.Major != program.Major || schema.Minor > program.Minor + 1 =>
            $"The database is at version {schema}, which is too new for this program ({program}). Run a newer version of the program.",
        _ => null,
    };

    /// <summary>Asks the database; null when the program may work with it.</summary>
    public static async Task<string?> ProblemAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        Problem(await ReadAsync(database, cancellationToken), OfThisProgram);

    private static Version Three(Version version) => new(version.Major, version.Minor, version.Build);
}
