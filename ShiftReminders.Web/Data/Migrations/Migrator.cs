using Npgsql;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>
/// Brings a database to this version. Ten at once all succeed: they take turns under an advisory lock of their own
/// session, so the owner's connection must not lead through a transaction pooler.
/// </summary>
public sealed class Migrator(NpgsqlDataSource owner, IReadOnlyList<Migration> migrations)
{
    // 'shift_re' in ASCII: a number that another product is unlikely to lock.
    private const long LockKey = 0x73686966745f7265;

    private static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(30);

    public async Task<MigrationOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_catalog.pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            return await RunLockedAsync(connection, cancellationToken);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_catalog.pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private async Task<MigrationOutcome> RunLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var ledger = new MigrationLedger(connection);
        if (await RefuseOtherRoleAsync(ledger, cancellationToken) is { } otherRole)
            return otherRole;
        await ledger.CreateAsync(cancellationToken);

        var checksums = await ledger.ChecksumsAsync(cancellationToken);
        if (RefuseEdited(checksums) is { } edited)
            return edited;

        var applied = new List<string>();
        foreach (var migration in migrations.Where(migration => !checksums.ContainsKey(migration.Name)))
        {
            if (await ApplyAsync(connection, ledger, migration, cancellationToken) is { } failed)
                return failed;
            applied.Add(migration.Name);
        }
        return new MigrationOutcome.Migrated(applied, await ScheduleAsync(connection, cancellationToken));
    }

    private static async Task<MigrationOutcome.Refused?> RefuseOtherRoleAsync(
        MigrationLedger ledger, CancellationToken cancellationToken)
    {
        var first = await ledger.FirstRoleAsync(cancellationToken);
        var current = await ledger.CurrentRoleAsync(cancellationToken);
        return first is null || first == current
            ? null
            : new($"This database was first migrated by the role '{first}', and this is '{current}'. pg_cron's jobs belong "
                + $"to a role, so a second one would appear: put '{first}' into ConnectionStrings__Migrations.");
    }

    private MigrationOutcome.Refused? RefuseEdited(Dictionary<string, string> checksums)
    {
        var edited = migrations.FirstOrDefault(migration =>
            checksums.TryGetValue(migration.Name, out var checksum) && checksum != migration.Checksum);
        return edited is null
            ? null
            : new($"The migration {edited.Name} was applied to this database with another content than it has now "
                + "(its checksum differs). Put the file back as it was and make the change in a new migration.");
    }

    private static async Task<MigrationOutcome.Refused?> ApplyAsync(
        NpgsqlConnection connection, MigrationLedger ledger, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            await ledger.RecordAsync(migration, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
        catch (PostgresException refusal)
        {
            return new($"The migration {migration.Name} failed and was rolled back: {MigrationError.Describe(refusal)}");
        }
    }

    /// <summary>Not part of a migration: pg_cron may have been installed since the last one ran.</summary>
    private static async Task<IReadOnlyList<string>> ScheduleAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand(
            "SELECT pg_catalog.to_regprocedure('shift_reminders.ensure_cron_job()') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken))!)
            return [];

        await using var ensure = new NpgsqlCommand("SELECT shift_reminders.ensure_cron_job()", connection);
        return await ensure.ExecuteScalarAsync(cancellationToken) is string found ? [$"pg_cron's job: {found}."] : [];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            CommandTimeout = (int)StatementTimeout.TotalSeconds,
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
