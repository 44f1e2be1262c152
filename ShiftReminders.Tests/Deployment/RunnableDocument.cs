using System.Diagnostics;
using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>
/// A document's commands: its blocks marked <c>sh run</c>, each with the <c>text</c> block behind it, if there is one,
/// as the output expected.
/// </summary>
internal sealed partial class RunnableDocument
{
    private const string Mark = "--- end of block ";

    private readonly List<Block> blocks;

    public RunnableDocument(string file) => blocks =
    [
        .. RunBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
            .Select(match => new Block(match.Groups["commands"].Value, match.Groups["output"].Success ? match.Groups["output"].Value : null)),
    ];

    public int Count => blocks.Count;

    /// <summary>Runs all blocks in one shell, as a reader would, and compares what each says.</summary>
    public async Task RunAsync(string directory, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var script = "set -eu\n" + string.Concat(blocks.Select((block, index) => $"{block.Commands}\necho '{Mark}{index}'\n"));
        var start = new ProcessStartInfo("bash", ["-c", $"exec 2>&1\n{script}"]) { WorkingDirectory = directory };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var result = await Commands.TryRunAsync(start);
        var outputs = Regex.Split(result.Output, $"{Mark}\\d+\n");
        var disagreements = blocks.Take(outputs.Length - 1).Zip(outputs).Where(pair => !pair.First.Agrees(pair.Second))
            .Select(pair => $"{pair.First.Commands}should print\n{pair.First.Output}and printed\n{pair.Second}");
        var unfinished = blocks.Skip(outputs.Length - 1).Take(1).Select(block => $"{block.Commands}failed:\n{outputs[^1]}");
        Assert.Empty(string.Join('\n', disagreements.Concat(unfinished)));
    }

    private sealed record Block(string Commands, string? Output)
    {
        public bool Agrees(string actual) =>
            Output is null || Regex.IsMatch(actual.Trim(), $"^{Regex.Escape(Output.Trim()).Replace("…", ".*?", StringComparison.Ordinal)}$", RegexOptions.Singleline);
    }

    [GeneratedRegex(@"^```sh run\n(?<commands>.*?)^```\n(?:\n```text\n(?<output>.*?)^```\n)?", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex RunBlock();
}
