using Microsoft.Extensions.Options;
using Npgsql;
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
            if (!DatabaseConnection.TryRead(app.Configuration, DatabaseConnection.App, out var connection, out var error))
                return await FailAsync([error]);
            if (await connection.ProbeAsync(cancellationToken) is { } problem)
                return await FailAsync([problem]);
            if (!await SchemaFitsAsync(arguments, connection, cancellationToken))
                return 0;
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

    /// <summary>Waits for a migrate where the database is at another version; false when told to end before.</summary>
    private static async Task<bool> SchemaFitsAsync(
        string[] arguments, DatabaseConnection connection, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connection.Target);
        return await SchemaVersion.ProblemAsync(database, cancellationToken) is not { } problem
            || await WaitingApp.RunAsync(arguments, problem, AskAsync, cancellationToken);

        // While it migrates, the database may be away for a moment.
        async Task<string?> AskAsync(CancellationToken ending) =>
            await connection.ProbeAsync(ending) ?? await SchemaVersion.ProblemAsync(database, ending);
    }

    private static async Task<int> FailAsync(IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences.Distinct())
            await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
