using System.Data;
using Npgsql;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>
/// Brings a database to this version. Ten at once all succeed: they take turns under an advisory lock of their own
/// session, so the owner's connection must not lead through a transaction pooler.
/// </summary>
public sealed class Migrator(NpgsqlDataSource owner, DatabaseFiles files)
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
            // A session that the server has ended holds no lock any more.
            if (connection.State == ConnectionState.Open)
                await ExecuteAsync(connection, $"SELECT pg_catalog.pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private async Task<MigrationOutcome> RunLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var ledger = new MigrationLedger(connection);
        if (await RefuseOtherRoleAsync(ledger, cancellationToken) is { } otherRole)
            return otherRole;
        if (await ledger.SchemaVersionAsync(cancellationToken) is { } version && version > files.Version)
            return new MigrationOutcome.Refused(
                $"This database is at version {version}, and this program is {files.Version}: it would put older functions "
                + "in the place of newer ones. Run migrate of a version that is not older than the database.");
        await ledger.CreateAsync(cancellationToken);

        var checksums = await ledger.ChecksumsAsync(cancellationToken);
        if (RefuseEdited(checksums) is { } edited)
            return edited;

        List<SqlFile> pending = [.. files.Tables.Where(file => !checksums.ContainsKey(file.Name))];
        var repeatable = SqlFile.ChecksumOf(files.Repeatable);
        var repeats = pending.Count > 0 || checksums.GetValueOrDefault(MigrationLedger.Repeatable) != repeatable;
        if (repeats && await ApplyAsync(connection, ledger, pending, repeatable, cancellationToken) is { } failed)
            return failed;
        return new MigrationOutcome.Migrated(
            [.. pending.Select(file => file.Name), .. repeats ? [MigrationLedger.Repeatable] : Array.Empty<string>()],
            await ScheduleAsync(connection, cancellationToken));
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
        var edited = files.Tables.FirstOrDefault(file =>
            checksums.TryGetValue(file.Name, out var checksum) && checksum != file.Checksum);
        return edited is null
            ? null
            : new($"{edited.Name} was applied to this database with another content than it has now (its checksum differs). "
                + "Put the file back as it was and make the change in a new file of tables/.");
    }

    /// <summary>One transaction for all of it: what fails leaves the database as it was.</summary>
    private async Task<MigrationOutcome.Refused?> ApplyAsync(
        NpgsqlConnection connection, MigrationLedger ledger, List<SqlFile> pending, string repeatable, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var file in files.Batches(pending))
        {
            try
            {
                await ExecuteAsync(connection, file.Sql, cancellationToken);
            }
            catch (PostgresException refusal)
            {
                return new($"{file.Name} failed, and nothing was changed: {MigrationError.Describe(refusal)}");
            }
        }
        foreach (var file in pending)
            await ledger.RecordAsync(file.Name, file.Checksum, transaction, cancellationToken);
        await ledger.RecordAsync(MigrationLedger.Repeatable, repeatable, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
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
