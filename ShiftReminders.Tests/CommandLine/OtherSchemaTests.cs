using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.CommandLine;

/// <summary>A program meets a database of another version.</summary>
public sealed class OtherSchemaTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_newer_than_its_schema_serves_nothing_but_health_until_the_database_is_migrated()
    {
        await SetVersionAsync("0.9.0");
        await using var app = await StartAsync();
        using var http = new HttpClient { BaseAddress = app.Address };

        Assert.Equal("Healthy", await http.GetStringAsync("/health/live", Ending));
        Assert.Equal(503, await StatusAsync(http, "/health/ready"));
        Assert.Equal(503, await StatusAsync(http, "/sign-in"));
        Assert.Contains($"Run migrate of version {SchemaVersion.OfThisProgram}", app.Log, StringComparison.Ordinal);
        Assert.Equal(0L, await database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.processors"));

        await SetVersionAsync(SchemaVersion.OfThisProgram.ToString());
        await Eventually.TrueAsync("the sign-in is served", TimeSpan.FromSeconds(60), async () => await StatusAsync(http, "/sign-in") == 200);
        Assert.Equal(0, await app.TerminateAsync());
    }

    [Fact]
    public async Task Waiting_program_ends_when_it_is_told_to()
    {
        await SetVersionAsync("0.9.0");
        await using var app = await StartAsync();

        Assert.Equal(0, await app.TerminateAsync());
    }

    [Fact]
    public async Task Migrate_of_an_older_version_leaves_a_newer_database_alone()
    {
        await SetVersionAsync("99.0.0");

        var outcome = await new Migrator(database.OwnerDataSource, DatabaseFiles.Embedded).RunAsync(Ending);

        Assert.Contains("99.0.0", Assert.IsType<MigrationOutcome.Refused>(outcome).Sentence, StringComparison.Ordinal);
        Assert.Equal("99.0.0", await database.OwnerDataSource.ScalarAsync<string>("SELECT shift_reminders.schema_version()"));
    }

    [Fact]
    public async Task Check_says_that_the_database_is_too_new()
    {
        await SetVersionAsync("99.0.0");

        var result = await Verb.RunAsync(database, "check");

        Assert.Contains("FAIL  version: The database is at version 99.0.0", result.Output, StringComparison.Ordinal);
    }

    private Task<RunningApp> StartAsync() => RunningApp.StartAsync(
        [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Sandbox")]);

    private Task<int> SetVersionAsync(string version) => database.OwnerDataSource.ExecuteAsync(
        $"""
        CREATE OR REPLACE FUNCTION shift_reminders.schema_version() RETURNS text
        LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT '{version}' $$
        """);

    // Null: between the two listeners nobody is there.
    private static async Task<int?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using var answer = await http.GetAsync(path, Ending);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
