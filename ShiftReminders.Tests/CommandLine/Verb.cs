using System.Text.Json;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.CommandLine;

/// <summary>The real program with one verb, on a database of the test's own and the simulated phones.</summary>
internal static class Verb
{
    public static Task<CommandResult> RunAsync(TestDatabase database, params string[] arguments) => RunAsync(database, input: null, arguments);

    public static Task<CommandResult> RunAsync(TestDatabase database, string? input, string[] arguments) => RunningApp.RunToEndAsync(
        [new("ConnectionStrings__ShiftReminders", database.AppConnectionString), new("Delivery__Channel", "Sandbox")], input, arguments);

    /// <summary>What the verb answered with <c>--json</c>; whatever else it printed would not parse.</summary>
    public static async Task<JsonElement> JsonAsync(TestDatabase database, params string[] arguments) =>
        JsonElement.Parse((await RunAsync(database, [.. arguments, "--json"])).Output);
}
