using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>Whatever connection string a reader may copy makes sure who answers, unless it stays on the reader's machine.</summary>
public sealed partial class ConnectionStringTests
{
    // The names that stay on the machine: the loopback, and a container beside the app's.
    private static readonly string[] Local = ["127.0.0.1", "localhost", "::1", "database"];

    private static readonly string[] Kinds = [".md", ".yaml", ".yml", ".sh", ".json", ".cs", ""];

    [Fact]
    public void Every_connection_string_verifies_the_server_or_stays_on_the_machine()
    {
        var found = Files().SelectMany(file => Keyed().Matches(File.ReadAllText(file)).Concat(Url().Matches(File.ReadAllText(file)))
            .Select(match => (File: Path.GetRelativePath(Repository.Root, file), Text: match.Value, Host: match.Groups["host"].Value))).ToList();

        Assert.Superset(new HashSet<string> { "DEPLOYMENT.md", "compose.yaml", "Database/README.md", "deploy/kubernetes/secret.example.yaml" }, found.Select(one => one.File).ToHashSet());
        Assert.All(found.Where(one => !Local.Contains(one.Host)), one => Assert.True(
            one.Text.Contains("SSL Mode=VerifyFull", StringComparison.Ordinal) || one.Text.Contains("sslmode=verify-full", StringComparison.Ordinal),
            $"{one.File}: {one.Text}"));
    }

    private static IEnumerable<string> Files() =>
        from folder in new[] { ".", "deploy", "Database", "ShiftReminders.Web" }
        from file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        where Kinds.Contains(Path.GetExtension(file)) && !Generated().IsMatch(file)
        select file;

    [GeneratedRegex("""Host=(?<host>[^;'"`\s$]*);[^'"`\n]*Username=[^'"`\n]*""")]
    private static partial Regex Keyed();

    [GeneratedRegex("""postgres(ql)?://[^@\s'"`]+@(?<host>[^:/\s'"`]+)[^\s'"`]*""")]
    private static partial Regex Url();

    [GeneratedRegex("/(bin|obj)/")]
    private static partial Regex Generated();
}
