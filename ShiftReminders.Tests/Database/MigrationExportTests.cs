using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Database;

public sealed class MigrationExportTests : IDisposable
{
    private static readonly SqlFile First = new("1_first.sql", "SELECT 1;\n");
    private static readonly SqlFile Second = new("2_second.sql", "SELECT 2;\n");

    private readonly string directory = Directory.CreateTempSubdirectory("shift-reminders-export-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Files_keep_their_names_and_content_and_the_hosts_own_stay()
    {
        await File.WriteAllTextAsync(PathOf("0_host.sql"), "SELECT 0;", TestContext.Current.CancellationToken);

        await ExportAsync(First, Second);

        Assert.Equal(
            ["0_host.sql", First.Name, Second.Name],
            Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(First.Sql, await File.ReadAllTextAsync(PathOf(First.Name), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Second_export_writes_only_what_is_new()
    {
        await ExportAsync(First);

        var outcome = await ExportAsync(First, Second);

        Assert.Equal([Second.Name], Assert.IsType<MigrationOutcome.Migrated>(outcome).Applied);
    }

    [Fact]
    public async Task File_of_another_content_is_named_and_nothing_is_written()
    {
        await File.WriteAllTextAsync(PathOf(Second.Name), "SELECT 'mine';", TestContext.Current.CancellationToken);

        var outcome = await ExportAsync(First, Second);

        Assert.Contains(PathOf(Second.Name), Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf(First.Name)));
    }

    [Fact]
    public async Task Directory_that_is_not_there_is_named()
    {
        var outcome = await MigrationExport.RunAsync([First], PathOf("absent"), TestContext.Current.CancellationToken);

        Assert.Contains(PathOf("absent"), Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    private async Task<MigrationOutcome> ExportAsync(params SqlFile[] migrations) =>
        await MigrationExport.RunAsync(migrations, directory, TestContext.Current.CancellationToken);
}
