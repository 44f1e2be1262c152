using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>A document about security: its tables, and what it names.</summary>
internal sealed partial class SecurityDocument
{
    private SecurityDocument(string name, string text) => (Name, Text) = (name, text);

    public string Name { get; }

    public string Text { get; }

    /// <summary>Cells of the rows of all its tables, without the heads.</summary>
    public IEnumerable<string[]> Rows =>
        from line in Text.Split('\n')
        where line.StartsWith("| ", StringComparison.Ordinal)
        select line.Trim('|').Split('|', StringSplitOptions.TrimEntries);

    /// <summary>What stands as code: names of tests, files and settings among it.</summary>
    public IEnumerable<string> Code => Codes(Text);

    /// <summary>Anchors, as GitHub makes them from headings.</summary>
    public IEnumerable<string> Anchors =>
        Headings().Matches(Text).Select(heading => NotInAnchors().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Where its links lead within the repository: a path from the root, and an anchor that may be empty.</summary>
    public IEnumerable<(string Path, string Anchor)> Links =>
        from link in LinkTargets().Matches(Text)
        let target = link.Groups[1].Value.Split('#')
        where !target[0].Contains("://", StringComparison.Ordinal)
        select (target[0].Length == 0 ? Name : Resolve(target[0]), target.Length > 1 ? target[1] : "");

    public static SecurityDocument Read(string name) => new(name, File.ReadAllText(Path.Combine(Repository.Root, name)));

    public static IEnumerable<string> Codes(string text) => CodeSpans().Matches(text).Select(span => span.Groups[1].Value);

    private string Resolve(string relative) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(Name)!, relative)));

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpans();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkTargets();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();
}
