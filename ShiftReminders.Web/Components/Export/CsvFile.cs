using System.Text;
using System.Text.RegularExpressions;

namespace ShiftReminders.Web.Components.Export;

/// <summary>Writes rows as CSV (RFC 4180) that a spreadsheet opens without running anything in it.</summary>
public sealed partial class CsvFile(Stream body) : IAsyncDisposable
{
    private readonly StreamWriter writer = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };

    public Task WriteRowAsync(params IEnumerable<string?> cells) => writer.WriteLineAsync(string.Join(',', cells.Select(Cell)));

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var text = Formula().Replace(value, "$&'");
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    // Where a spreadsheet may begin a cell and would take the next sign, full-width or not, for a formula; the apostrophe makes
    // it text. Which separator it splits at is a matter of its locale, and at some it splits within quotes.
    [GeneratedRegex("""(?:^|[,;|\t\r\n])[\s"']*(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])""", RegexOptions.CultureInvariant)]
    private static partial Regex Formula();
}
