using Npgsql;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>
/// The table <c>shift_reminders.migrations</c>. Supabase's own ledger is left alone: entries that the host project
/// does not know would make its next <c>db push</c> refuse.
/// </summary>
internal sealed class MigrationLedger(NpgsqlConnection connection)
{
    /// <summary>The entry of all repeatable files together.</summary>
    public const string Repeatable = "functions and grants";

    /// <summary>Makes the table, where it is missing; closed from the start.</summary>
    public const string CreateSql = """
        CREATE SCHEMA IF NOT EXISTS shift_reminders;
        CREATE TABLE IF NOT EXISTS shift_reminders.migrations (
            name text PRIMARY KEY,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
            applied_by text NOT NULL DEFAULT current_user
        );
        ALTER TABLE shift_reminders.migrations ENABLE ROW LEVEL SECURITY;
        REVOKE ALL ON shift_reminders.migrations FROM PUBLIC;
        """;

    /// <summary>The role that migrated first, or null in a database that we have not touched.</summary>
    public async Task<string?> FirstRoleAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace WHERE nspname = 'shift_reminders'",
            connection);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task<string> CurrentRoleAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT current_user::text", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The version that the database was brought to, or null where none is known.</summary>
    public async Task<Version?> SchemaVersionAsync(CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand(
            "SELECT pg_catalog.to_regprocedure('shift_reminders.schema_version()') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            return null;
        await using var command = new NpgsqlCommand("SELECT shift_reminders.schema_version()", connection);
        return Version.TryParse((string?)await command.ExecuteScalarAsync(cancellationToken), out var version) ? version : null;
    }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(CreateSql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<Dictionary<string, string>> ChecksumsAsync(CancellationToken cancellationToken)
    {
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT name, checksum FROM shift_reminders.migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            checksums.Add(reader.GetString(0), reader.GetString(1));
        return checksums;
    }

    public async Task RecordAsync(string name, string checksum, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO shift_reminders.migrations (name, checksum) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp()
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = checksum });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
