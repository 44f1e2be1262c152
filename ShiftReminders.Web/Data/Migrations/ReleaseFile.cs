using System.Text;

namespace ShiftReminders.Web.Data.Migrations;

/// <summary>
/// All files in one, as a migration of the Supabase CLI. It keeps the same ledger as <c>migrate</c>, so that either may
/// follow the other: a file of tables that the database has already is passed over, and so is everything else where it is the
/// same or a later version's.
/// </summary>
public static class ReleaseFile
{
    /// <summary>What the CLI applies as one migration.</summary>
    public static SqlFile Compose(string name, DatabaseFiles files)
    {
        var text = new StringBuilder(MigrationLedger.CreateSql).Append("\n\n");
        foreach (var file in files.Tables)
            text.Append(Once(file, files.Steps(file))).Append("\n\n");
        text.Append(UnlessLater(files)).Append("\n\n");
        text.Append("SELECT shift_reminders.ensure_cron_job();\n");
        return new SqlFile(name, text.ToString());
    }

    private static string Once(SqlFile file, IEnumerable<string> steps)
    {
        var executed = steps.Select(step => $"EXECUTE {Quoted(step, "step")};");
        var statement = $"""

            BEGIN
              IF NOT EXISTS (SELECT FROM shift_reminders.migrations m WHERE m.name = '{file.Name}') THEN
                {string.Join('\n', executed)}
                {Noted(file.Name, file.Checksum)}
                DELETE FROM shift_reminders.migrations m WHERE m.name = '{MigrationLedger.Repeatable}';
              END IF;
            END

            """;
        return $"-- {file.Name}\nDO {Quoted(statement, "once")};";
    }

    /// <summary>The CLI pushes each file that its own ledger lacks, also an earlier one than the version that <c>migrate</c> made.</summary>
    private static string UnlessLater(DatabaseFiles files)
    {
        var checksum = SqlFile.ChecksumOf(files.Repeatable);
        var executed = files.Repeatable.Select(file => $"-- {file.Name}\nEXECUTE {Quoted(file.Sql, "step")};");
        var statement = $"""

            DECLARE
              version text;
            BEGIN
              IF pg_catalog.to_regprocedure('shift_reminders.schema_version()') IS NOT NULL THEN
                EXECUTE 'SELECT shift_reminders.schema_version()' INTO version;
              END IF;
              IF pg_catalog.string_to_array(version, '.')::int[] > pg_catalog.string_to_array('{files.Version}', '.')::int[] THEN
                RAISE NOTICE 'This database is at version %, and this is {files.Version}: its functions stay.', version;
              ELSIF NOT EXISTS (SELECT FROM shift_reminders.migrations m
                                WHERE m.name = '{MigrationLedger.Repeatable}' AND m.checksum = '{checksum}') THEN
                {string.Join('\n', executed)}
                {Noted(MigrationLedger.Repeatable, checksum)}
              END IF;
            END

            """;
        return $"DO {Quoted(statement, "unless_later")};";
    }

    /// <summary>Between two marks that the text itself does not hold, nor makes together with what stands beside it.</summary>
    private static string Quoted(string sql, string mark)
    {
        var unique = mark;
        for (var number = 1; sql.Contains($"${unique}", StringComparison.Ordinal); number++) unique = $"{mark}{number}";
        return $"${unique}$\n{sql.TrimEnd()}\n${unique}$";
    }

    private static string Noted(string name, string checksum) =>
        $"INSERT INTO shift_reminders.migrations (name, checksum) VALUES ('{name}', '{checksum}') "
        + "ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp();";
}
