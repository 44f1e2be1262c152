using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>The committed dump shows a reviewer what a change does to the schema as a whole.</summary>
[Trait(Needs.Trait, Needs.Dump)]
public sealed class SchemaDumpTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string Committed = Repository.Database("schema.sql");

    [Fact]
    public async Task Committed_dump_is_what_the_migrations_make()
    {
        var server = await PostgresServer.GetAsync();
        var actual = await SchemaDump.OfAsync(server.Cluster, database.OwnerConnectionString);
        if (Environment.GetEnvironmentVariable("SHIFT_REMINDERS_WRITE_SCHEMA") == "1")
            await File.WriteAllTextAsync(Committed, actual, TestContext.Current.CancellationToken);

        var committed = await File.ReadAllTextAsync(Committed, TestContext.Current.CancellationToken);

        Assert.True(committed == actual, $"Database/schema.sql is out of date: run ./dev schema.\n{FirstDifference(committed, actual)}");
    }

    private static string FirstDifference(string committed, string actual)
    {
        var pairs = committed.Split('\n').Zip(actual.Split('\n')).Index();
        var (line, (was, now)) = pairs.FirstOrDefault(pair => pair.Item.First != pair.Item.Second);
        return $"First at line {line + 1}: '{was}' is now '{now}'.";
    }
}
