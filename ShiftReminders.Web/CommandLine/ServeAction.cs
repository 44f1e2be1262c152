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
            var patience = app.Services.GetRequiredService<IOptions<DatabaseOptions>>().Value.WaitAtStart;
            switch (await WaitAsync(arguments, connection, patience, cancellationToken))
            {
                case WaitOutcome.InVain vain: return await FailAsync([vain.Problem]);
                case WaitOutcome.Ended: return 0;
            }
            foreach (var door in OpenDoors.Read(app.Services).Where(door => door.IsWarning))
                app.Logger.LogWarning("Open: {Subject}: {Found}. {Remedy}", door.Subject, door.Found, door.Remedy);
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

    private static async Task<WaitOutcome> WaitAsync(
        string[] arguments, DatabaseConnection connection, TimeSpan patience, CancellationToken cancellationToken)
    {
        var reached = await ReachAsync(arguments, connection, patience, cancellationToken);
        return reached is WaitOutcome.Ready ? await SchemaFitsAsync(arguments, connection, cancellationToken) : reached;
    }

    /// <summary>Waits for a database that is away; a refusal, such as of the password, ends the start at once.</summary>
    private static async Task<WaitOutcome> ReachAsync(
        string[] arguments, DatabaseConnection connection, TimeSpan patience, CancellationToken cancellationToken) =>
        await connection.ProbeAsync(cancellationToken) switch
        {
            null => new WaitOutcome.Ready(),
            { MayPass: true } problem when patience > TimeSpan.Zero => await WaitingApp.RunAsync(
                arguments, problem.Sentence, async ending => (await connection.ProbeAsync(ending))?.Sentence, patience, cancellationToken),
            var problem => new WaitOutcome.InVain(problem.Sentence),
        };

    /// <summary>Waits for a migrate where the database is at another version.</summary>
    private static async Task<WaitOutcome> SchemaFitsAsync(
        string[] arguments, DatabaseConnection connection, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connection.Target);
        return await AskAsync(cancellationToken) is { } problem
            ? await WaitingApp.RunAsync(arguments, problem, AskAsync, patience: null, cancellationToken)
            : new WaitOutcome.Ready();

        // While it migrates, the database may be away for a moment.
        async Task<string?> AskAsync(CancellationToken ending)
        {
            try
            {
                return await SchemaVersion.ProblemAsync(database, ending);
            }
            catch (Exception failure) when (connection.Explain(failure) is { } away)
            {
                return away.Sentence;
            }
        }
    }

    private static async Task<int> FailAsync(IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences.Distinct())
            await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
