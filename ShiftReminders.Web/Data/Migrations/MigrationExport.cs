namespace ShiftReminders.Web.Data.Migrations;

/// <summary>Copies migrations into a host project's <c>supabase/migrations</c>, to be pushed with its own.</summary>
public static class MigrationExport
{
    /// <summary>
    /// Writes the files that <paramref name="directory"/> lacks, under their own names. A file of that name with
    /// another content stops the export before anything is written.
    /// </summary>
    public static async Task<MigrationOutcome> RunAsync(
        IReadOnlyList<SqlFile> migrations, string directory, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return new MigrationOutcome.Refused($"There is no directory {directory}: name the host project's supabase/migrations.");

        var missing = new List<SqlFile>();
        foreach (var migration in migrations)
        {
            var path = Path.Combine(directory, migration.Name);
            if (!File.Exists(path))
                missing.Add(migration);
            else if ((await File.ReadAllTextAsync(path, cancellationToken)).ReplaceLineEndings("\n") != migration.Sql)
                return new MigrationOutcome.Refused(
                    $"{path} exists with another content, and nothing was written. Remove it, and export again.");
        }

        foreach (var migration in missing)
            await File.WriteAllTextAsync(Path.Combine(directory, migration.Name), migration.Sql, cancellationToken);
        return new MigrationOutcome.Migrated([.. missing.Select(migration => migration.Name)], []);
    }
}
