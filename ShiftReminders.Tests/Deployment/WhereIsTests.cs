using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>What a newcomer looks for is where the documents say, and what they promise is tested.</summary>
public sealed partial class WhereIsTests
{
    private static readonly string Text = File.ReadAllText(Repository.Database("README.md"));

    [Fact]
    public void Index_answers_at_least_twenty_five_questions_with_files_that_exist()
    {
        var rows = Section("Where is …?").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.True(rows.Count >= 25);
        foreach (var row in rows)
        {
            var files = Files().Matches(row).Select(match => match.Groups["file"].Value).ToList();
            Assert.NotEmpty(files);
            Assert.All(files, file => Assert.True(Exists(file), $"{file} does not exist, though the index names it."));
        }
    }

    [Fact]
    public void Readme_names_files_that_exist()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("| looking for | it is in |")[1].Split("\n\n")[0];
        var files = Files().Matches(table).Select(match => match.Groups["file"].Value).ToList();

        Assert.True(files.Count >= 15);
        Assert.All(files, file => Assert.True(Exists(file), $"{file} does not exist, though README.md names it."));
    }

    [Fact]
    public void Every_promise_is_held_by_tests_that_exist()
    {
        var rows = File.ReadAllText(Path.Combine(Repository.Root, "DEPLOYMENT.md")).Split("\n## What it promises\n")[1].Split("\n## ")[0]
            .Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        var known = typeof(WhereIsTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        Assert.True(rows.Count >= 10);
        foreach (var row in rows)
        {
            var tests = Tests().Matches(row.Split('|')[2]).Select(match => match.Groups["test"].Value).ToList();
            Assert.NotEmpty(tests);
            Assert.All(tests, test => Assert.Contains(test, known));
        }
    }

    [Fact]
    public void Table_of_errors_has_every_SQLSTATE_of_ours()
    {
        var raised = Directory.GetFiles(Repository.Database("functions"), "*.sql", SearchOption.AllDirectories)
            .SelectMany(file => States().Matches(File.ReadAllText(file)).Select(match => match.Value)).Distinct().Order().ToList();

        Assert.NotEmpty(raised);
        Assert.Equal(raised, States().Matches(Section("Errors and locks of ours")).Select(match => match.Value).Distinct().Order());
    }

    private static string Section(string title) => Text.Split($"\n## {title}\n")[1].Split("\n## ")[0];

    private static bool Exists(string file) => File.Exists(Repository.Database(file.Split('/'))) || File.Exists(Path.Combine(Repository.Root, file));

    [GeneratedRegex("`(?<file>[A-Za-z_/.]+\\.(sql|cs|yaml))`")]
    private static partial Regex Files();

    [GeneratedRegex("`(?<test>[A-Za-z]+Tests)`")]
    private static partial Regex Tests();

    [GeneratedRegex("SR[0-9]{3}")]
    private static partial Regex States();
}
