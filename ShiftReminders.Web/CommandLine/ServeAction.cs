using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.CommandLine;

/// <summary>Starts the web app, or says in plain sentences why it cannot.</summary>
internal static class ServeAction
{
    public static async Task<int> RunAsync(
        string[] arguments, Func<string[], WebApplication> buildApp, CancellationToken cancellationToken)
    {
        if (arguments is [var verb, ..] && !verb.StartsWith('-'))
            return await FailAsync([$"There is no verb '{verb}'; --help lists them."]);
        try
        {
            await using var app = buildApp(arguments);
            if (await DatabaseProblemAsync(app.Configuration, cancellationToken) is { } problem)
                return await FailAsync([problem]);
            await app.RunAsync(cancellationToken);
            return 0;
        }
        catch (OptionsValidationException invalid)
        {
            return await FailAsync(invalid.Failures);
        }
        catch (AggregateException many) when (many.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await FailAsync(many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures));
        }
    }

    private static async Task<string?> DatabaseProblemAsync(IConfiguration configuration, CancellationToken cancellationToken) =>
        DatabaseConnection.TryRead(configuration, DatabaseConnection.App, out var connection, out var error)
            ? await connection.ProbeAsync(cancellationToken)
            : error;

    private static async Task<int> FailAsync(IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences.Distinct())
            await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
