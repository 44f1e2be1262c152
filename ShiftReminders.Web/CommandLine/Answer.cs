using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiftReminders.Web.CommandLine;

/// <summary>What a verb prints: lines for people, or with <c>--json</c> one document for programs.</summary>
internal static class Answer
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Names are for a terminal, not for a page: there is no reason to write é as an escape.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static Option<bool> JsonOption() => new("--json") { Description = "Answer with one JSON document." };

    public static void Write<T>(bool json, T document, IEnumerable<string> lines)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(document, Format));
            return;
        }
        foreach (var line in lines) Console.WriteLine(line);
    }

    /// <returns>The exit code of a verb that could not do its work.</returns>
    public static async Task<int> FailAsync(params IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences.Distinct()) await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
