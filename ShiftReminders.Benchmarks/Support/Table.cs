using System.Text;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>A table of results, written as Markdown.</summary>
public sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> rows = [];

    public Table Add(params string[] cells)
    {
        rows.Add(cells);
        // A long run shows what it has as soon as it has it.
        Console.Error.WriteLine(string.Join(" | ", cells));
        return this;
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("\n### ").Append(title).Append("\n\n");
        Append(text, columns);
        Append(text, [.. columns.Select((_, index) => index == 0 ? "---" : "---:")]);
        foreach (var row in rows) Append(text, row);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
