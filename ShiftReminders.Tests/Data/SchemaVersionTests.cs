using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Data;

public sealed class SchemaVersionTests
{
    [Theory]
    [InlineData("1.2.0", "1.2.0")]
    [InlineData("1.2.9", "1.2.0")]
    [InlineData("1.3.5", "1.2.0")]
    public void Schema_of_the_programs_version_or_one_minor_ahead_is_worked_with(string schema, string program) =>
        Assert.Null(SchemaVersion.Problem(Version.Parse(schema), Version.Parse(program)));

    [Theory]
    [InlineData("1.2.0", "1.2.1")]
    [InlineData("1.2.0", "1.3.0")]
    [InlineData("1.9.0", "2.0.0")]
    public void Older_schema_asks_for_a_migrate_of_the_programs_version(string schema, string program) => Assert.EndsWith(
        $"Run migrate of version {program}.", SchemaVersion.Problem(Version.Parse(schema), Version.Parse(program)), StringComparison.Ordinal);

    [Theory]
    [InlineData("1.4.0", "1.2.0")]
    [InlineData("2.0.0", "1.9.0")]
    public void Schema_further_ahead_asks_for_a_newer_program(string schema, string program) =>
        Assert.Contains("too new", SchemaVersion.Problem(Version.Parse(schema), Version.Parse(program)), StringComparison.Ordinal);

    [Fact]
    public void Database_without_a_version_asks_for_a_migrate() =>
        Assert.Contains("Run migrate", SchemaVersion.Problem(null, new Version(1, 0, 0)), StringComparison.Ordinal);
}
