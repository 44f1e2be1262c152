using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>SECURITY.md and what it leads to name nothing that is not there, and leave no requirement out.</summary>
public sealed partial class SecurityDocumentTests
{
    // Levels 1 and 2 of OWASP ASVS 5.0.0, a chapter to a line: sections with the numbers of their requirements.
    private const string Requirements =
        """
        1.1: 1-2; 1.2: 1-9; 1.3: 1-11; 1.4: 1-3; 1.5: 1-2
        2.1: 1-3; 2.2: 1-3; 2.3: 1-4; 2.4: 1
        3.2: 1-2; 3.3: 1-4; 3.4: 1-6; 3.5: 1-5; 3.7: 1-2
        4.1: 1-3; 4.2: 1; 4.3: 1-2; 4.4: 1-4
        5.1: 1; 5.2: 1-3; 5.3: 1-2; 5.4: 1-3
        6.1: 1-3; 6.2: 1-12; 6.3: 1-4; 6.4: 1-4; 6.5: 1-5; 6.6: 1-3; 6.8: 1-4
        7.1: 1-3; 7.2: 1-4; 7.3: 1-2; 7.4: 1-5; 7.5: 1-2; 7.6: 1-2
        8.1: 1-2; 8.2: 1-3; 8.3: 1; 8.4: 1
        9.1: 1-3; 9.2: 1-4
        10.1: 1-2; 10.2: 1-2; 10.3: 1-4; 10.4: 1-11; 10.5: 1-5; 10.6: 1-2; 10.7: 1-3
        11.1: 1-2; 11.2: 1-3; 11.3: 1-3; 11.4: 1-4; 11.5: 1; 11.6: 1
        12.1: 1-3; 12.2: 1-2; 12.3: 1-4
        13.1: 1; 13.2: 1-5; 13.3: 1-2; 13.4: 1-5
        14.1: 1-2; 14.2: 1-4; 14.3: 1-3
        15.1: 1-3; 15.2: 1-3; 15.3: 1-7
        16.1: 1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3
        17.1: 1; 17.2: 1-4; 17.3: 1-2
        """;

    private static readonly SecurityDocument Summary = SecurityDocument.Read("SECURITY.md");
    private static readonly SecurityDocument Verdicts = SecurityDocument.Read("docs/security/asvs.md");
    private static readonly SecurityDocument Controls = SecurityDocument.Read("docs/security/controls.md");

    private static readonly Dictionary<string, Type> TestClasses = typeof(SecurityDocumentTests).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal)).ToDictionary(type => type.Name);

    private static IEnumerable<SecurityDocument> Documents => [Summary, Verdicts, Controls];

    private static IEnumerable<string[]> Rows => Verdicts.Rows.Where(row => Number().IsMatch(row[0]));

    [Fact]
    public void Every_requirement_has_one_row() => Assert.Equal(Wanted(), Rows.Select(row => row[0]));

    [Fact]
    public void Every_row_has_a_verdict_and_what_shows_it_or_why_not() => Assert.DoesNotContain(Rows, row => row is not [_, { Length: > 0 }, var verdict, { Length: > 0 } shown]
        || verdict is not ("pass" or "no" or "does not apply")
        || (verdict == "pass" && !SecurityDocument.Codes(shown).Any() && !shown.Contains("](", StringComparison.Ordinal)));

    [Fact]
    public void Summary_counts_the_verdicts_of_each_chapter()
    {
        var counted = Rows.GroupBy(row => $"V{row[0].Split('.')[0]}").Select(chapter => $"{chapter.Key} {Count(chapter)}").Append($"all {Count(Rows)}");

        Assert.Equal(counted, Summary.Rows.Where(row => Chapter().IsMatch(row[0]))
            .Select(row => $"{Chapter().Match(row[0]).Groups[1].Value} {string.Join(' ', row[1..].Select(cell => cell.Trim('*')))}"));
    }

    [Fact]
    public void Summary_lists_whatever_does_not_hold() => Assert.Equal(
        Rows.Where(row => row[2] == "no").Select(row => $"{row[0]} {row[3]}"),
        Summary.Rows.Where(row => Number().IsMatch(row[0])).Select(row => $"{row[0]} {row[2]}"));

    [Fact]
    public void Every_test_that_is_named_exists() => Assert.DoesNotContain(
        Documents.SelectMany(document => document.Code).Where(code => TestName().IsMatch(code)), test => !IsTest(test));

    [Fact]
    public void Every_file_that_is_named_exists() => Assert.DoesNotContain(
        Documents.SelectMany(document => document.Code).Where(code => FileName().IsMatch(code)), file => !IsThere(file));

    [Fact]
    public void Every_table_and_value_of_the_database_that_is_named_exists()
    {
        var schema = File.ReadAllText(Path.Combine(Repository.Root, "Database", "schema.sql"));
        var named = Documents.SelectMany(document => document.Code).Where(code => InDatabase().IsMatch(code)).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, name => !schema.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_link_leads_somewhere() => Assert.DoesNotContain(
        Documents.SelectMany(document => document.Links),
        link => !IsThere(link.Path) || (link.Anchor.Length > 0 && !SecurityDocument.Read(link.Path).Anchors.Contains(link.Anchor)));

    [Fact]
    public void Readme_leads_to_it() => Assert.Contains(SecurityDocument.Read("README.md").Links, link => link.Path == Summary.Name);

    private static string Count(IEnumerable<string[]> rows) =>
        string.Join(' ', ((string[])["pass", "no", "does not apply"]).Select(verdict => rows.Count(row => row[2] == verdict)));

    private static bool IsTest(string name) =>
        name.Split('.') is [var type, .. var method] && TestClasses.TryGetValue(type, out var found)
        && (method.Length == 0 || found.GetMethod(method[0])?.IsDefined(typeof(FactAttribute), inherit: true) == true);

    private static bool IsThere(string path) => Path.Exists(Path.Combine(Repository.Root, path));

    private static IEnumerable<string> Wanted() =>
        from section in Requirements.Split((char[])[';', '\n'], StringSplitOptions.TrimEntries)
        let parts = section.Split(": ")
        from range in parts[1].Split(' ')
        let ends = range.Split('-').Select(int.Parse).ToArray()
        from number in Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)
        select $"{parts[0]}.{number}";

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\**(V\d+|all)\b")]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^[A-Z]\w*Tests(\.\w+)?$")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(shift_reminders\.|keep_)\w+$")]
    private static partial Regex InDatabase();

    [GeneratedRegex(@"^(Dockerfile|\.[a-z]+|[\w.-]+/[\w./-]*|[\w.]+\.(md|props|yaml))$")]
    private static partial Regex FileName();
}
