using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.CommandLine;

/// <summary>Runs a verb inside the whole app, built and validated but not started: nothing is served, nothing is sent.</summary>
internal static class AppCommand
{
    public static async Task<int> RunAsync(Func<string[], WebApplication> buildApp, Func<IServiceProvider, Task<int>> act)
    {
        try
        {
            // Its log belongs on no terminal: the verb's own lines are the answer.
            await using var app = buildApp(["--Logging:LogLevel:Default=Error"]);
            return await act(app.Services);
        }
        catch (OptionsValidationException invalid)
        {
            return await Answer.FailAsync(invalid.Failures);
        }
        catch (AggregateException many) when (many.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await Answer.FailAsync(many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures));
        }
    }

    /// <summary>Null when the app's database answers, else why it does not.</summary>
    public static async Task<string?> DatabaseProblemAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        DatabaseConnection.TryRead(services.GetRequiredService<IConfiguration>(), DatabaseConnection.App, out var connection, out var error)
            ? (await connection.ProbeAsync(cancellationToken))?.Sentence
            : error;
}
