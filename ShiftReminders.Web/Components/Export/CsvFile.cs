using System.Text;

namespace ShiftReminders.Web.Components.Export;

/// <summary>Writes rows as CSV (RFC 4180) that a spreadsheet opens without running anything in it.</summary>
public sealed class CsvFile(Stream body) : IAsyncDisposable
{
    private readonly StreamWriter writer = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };

    public Task WriteRowAsync(params IEnumerable<string?> cells) => writer.WriteLineAsync(string.Join(',', cells.Select(Cell)));

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        // A spreadsheet takes a cell that begins so for a formula; the apostrophe makes it text.
        var text = "=+-@\t\r".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
