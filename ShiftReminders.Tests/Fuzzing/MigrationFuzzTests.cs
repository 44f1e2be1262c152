using CsCheck;
using ShiftReminders.Web.Data.Migrations;

namespace ShiftReminders.Tests.Fuzzing;

/// <summary>A release carries each file's text inside one of its own statements: whatever the text is, it stays whole.</summary>
public sealed class MigrationFuzzTests
{
    private static readonly string[] Words = ["$", "$$", "$file$", "$file1$", "$once$", "$closing$", "'", "\n", "DO ", "--", "/*", "{", "}", "SELECT 1;"];

    [Fact]
    public void File_of_tables_is_quoted_whole_in_a_release() => Fuzz.All(
        Fuzz.TextOf(Words),
        sql =>
        {
            var file = new SqlFile("tables/0001_x.sql", sql);
            var release = ReleaseFile.Compose("release.sql", new DatabaseFiles([file], [])).Sql;
            // As PostgreSQL reads it: the outer statement, and in it the text between two marks of which it holds none.
            var body = Quoted(release, "DO ");
            return Quoted(body, "EXECUTE ").Trim() == sql.Trim();
        });

    [Fact]
    public void Checksum_is_the_same_for_the_same_text_and_differs_otherwise() => Fuzz.All(
        Gen.Select(Fuzz.TextOf(Words), Fuzz.TextOf(Words)),
        texts => new SqlFile("a", texts.Item1).Checksum == new SqlFile("b", texts.Item2).Checksum == (texts.Item1 == texts.Item2));

    private static string Quoted(string sql, string keyword)
    {
        var from = sql.IndexOf(keyword + "$", StringComparison.Ordinal) + keyword.Length;
        var mark = sql[from..(sql.IndexOf('$', from + 1) + 1)];
        var start = from + mark.Length;
        return sql[start..sql.IndexOf(mark, start, StringComparison.Ordinal)];
    }
}
