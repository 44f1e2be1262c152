using System.Formats.Tar;
using System.IO.Compression;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>
/// The seventeen migration files that were applied before files were versioned. They were edited where they stood: the archive
/// has a directory for each of the 27 states in which they were ever landed, <c>01</c> the first.
/// </summary>
internal static class EarlierVersions
{
    private static readonly Lazy<ILookup<string, SqlFile>> Files = new(Read);

    /// <summary>Applies one as it was applied then: a transaction and a line of the ledger for each file.</summary>
    public static async Task MigrateAsync(NpgsqlDataSource owner, string version)
    {
        await owner.ExecuteAsync(MigrationLedger.CreateSql);
        foreach (var file in Files.Value[version].OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            await owner.ExecuteAsync(file.Sql);
            await owner.ExecuteAsync(
                "INSERT INTO shift_reminders.migrations (name, checksum) VALUES ($1, $2)", file.Name, file.Checksum);
        }
    }

    private static ILookup<string, SqlFile> Read()
    {
        using var archive = File.OpenRead(Path.Combine(Repository.Root, "ShiftReminders.Tests", "Database", "earlier-versions.tar.br"));
        using var unpacked = new BrotliStream(archive, CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        var files = new List<(string Version, SqlFile File)>();
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null) continue;
            using var text = new StreamReader(entry.DataStream);
            files.Add((entry.Name.Split('/')[0], new SqlFile(Path.GetFileName(entry.Name), text.ReadToEnd())));
        }
        return files.ToLookup(entry => entry.Version, entry => entry.File);
    }
}
