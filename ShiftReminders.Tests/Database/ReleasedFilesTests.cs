using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Npgsql;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

/// <summary>Hosts have pushed what was released: it never changes, and the present version still takes it over.</summary>
[Trait(Needs.Trait, Needs.Dump)]
public sealed partial class ReleasedFilesTests
{
    private static readonly string Folder = Repository.Database("supabase", "migrations");

    [Fact]
    public async Task Released_file_is_byte_for_byte_what_it_was()
    {
        var noted = await File.ReadAllLinesAsync(Repository.Database("supabase", "released.sha256"), TestContext.Current.CancellationToken);

        Assert.NotEmpty(noted);
        Assert.Equal(noted, Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(Noted));
    }

    [Fact]
    public void File_of_tables_that_was_released_is_not_edited()
    {
        var released = TableFile().Matches(Releases.All[^1].Sql).ToDictionary(file => file.Groups[1].Value, file => file.Groups[2].Value);
        var present = DatabaseFiles.Embedded.Tables.ToDictionary(file => file.Name, file => file.Checksum);

        Assert.NotEmpty(released);
        Assert.All(released, file => Assert.Equal(file.Value, present.GetValueOrDefault(file.Key)));
    }

    [Fact]
    public async Task Each_release_becomes_the_present_version_with_its_rows_and_sends_the_rest()
    {
        var present = await File.ReadAllTextAsync(Repository.Database("schema.sql"), TestContext.Current.CancellationToken);
        for (var pushed = 1; pushed <= Releases.All.Count; pushed++)
        {
            await using var database = new PlanDatabase();
            await database.InitializeAsync();
            await using var app = NpgsqlDataSource.Create(database.AppConnectionString);
            await PushAsync(database, pushed);
            var work = new EarlierDatabase(database.Owner, app);
            await work.FillAsync();
            var before = await EarlierRows.ReadAsync(database.Owner);
            // The clock of this test is a function too: as after a change, all of them are applied again.
            await database.Owner.ExecuteAsync("DELETE FROM shift_reminders.migrations WHERE name = $1", MigrationLedger.Repeatable);

            var outcome = await new Migrator(database.Owner, DatabaseFiles.Embedded).RunAsync(TestContext.Current.CancellationToken);

            Assert.True(outcome is MigrationOutcome.Migrated, $"{outcome}");
            Assert.Equal(present, await SchemaDump.OfAsync(database.Cluster, database.ConnectionString));
            Assert.Empty(await EarlierRows.MissingAsync(database.Owner, before));
            Assert.Equal(EarlierDatabase.StillToSend, await work.SendRestAsync());
        }
    }

    [Fact]
    public async Task Folder_Database_is_pushed_as_it_is()
    {
        await using var database = new PlanDatabase();
        await database.InitializeAsync();
        using var host = new HostProject(database.ConnectionString);

        var push = await SupabaseCli.RunAsync(["db", "push", "--remote", host.Url, "--workdir", Repository.Database(), "--yes"]);

        Assert.True(push.ExitCode == 0, push.Output + push.Error);
        Assert.Equal($"{SchemaVersion.OfThisProgram}", await database.Owner.ScalarAsync<string>("SELECT shift_reminders.schema_version()"));
    }

    private static async Task PushAsync(PlanDatabase database, int releases)
    {
        using var host = new HostProject(database.ConnectionString);
        host.Remove("20250101000000_host_tables.sql");
        foreach (var release in Releases.All.Take(releases)) host.Add(release.Name, release.Sql);
        await host.PushAsync();
    }

    private static string Noted(string path) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}";

    [GeneratedRegex(@"VALUES \('(tables/[^']+)', '([^']+)'\)")]
    private static partial Regex TableFile();
}
