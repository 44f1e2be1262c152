using ShiftReminders.Web.Edge;

namespace ShiftReminders.Web.CommandLine;

/// <summary>
/// Serves nothing but health while the app may not work yet: it is alive, not ready, and says why. So an orchestrator keeps
/// the replica, and sends nobody to it.
/// </summary>
internal static class WaitingApp
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>Waits until nothing stands in the way.</summary>
    /// <param name="arguments">Settings of the host, such as <c>--urls</c>.</param>
    /// <param name="problem">What stands in the way at first.</param>
    /// <param name="ask">Asks again: null when nothing does any more.</param>
    /// <param name="patience">How long to wait; null: without end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<WaitOutcome> RunAsync(
        string[] arguments, string problem, Func<CancellationToken, Task<string?>> ask, TimeSpan? patience, CancellationToken cancellationToken)
    {
        await using var app = WebApplication.CreateBuilder(arguments).Build();
        app.UseSecurityHeaders();
        app.MapGet("/health/live", () => "Healthy");
        app.MapGet("/health/ready", () => Results.Text("Unhealthy", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapFallback("{*path}", () => Results.Text(
            "Shift Reminders is not ready yet. Its log says why.", statusCode: StatusCodes.Status503ServiceUnavailable));
        await app.StartAsync(cancellationToken);
        app.Logger.LogWarning("{Problem} Nothing is served and nothing is sent until then.", problem);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        try
        {
            return await AskAsync(problem, ask, patience, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return new WaitOutcome.Ended();
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<WaitOutcome> AskAsync(
        string problem, Func<CancellationToken, Task<string?>> ask, TimeSpan? patience, CancellationToken ending)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var last = problem;
        while (patience is not { } limit || clock.GetElapsedTime(began) < limit)
        {
            await Task.Delay(AskAgainAfter, clock, ending);
            if (await ask(ending) is not { } still) return new WaitOutcome.Ready();
            last = still;
        }
        return new WaitOutcome.InVain(last);
    }
}

/// <summary>How a wait ended.</summary>
internal abstract record WaitOutcome
{
    private WaitOutcome()
    {
    }

    /// <summary>Nothing stands in the way any more.</summary>
    public sealed record Ready : WaitOutcome;

    /// <summary>The process was told to end.</summary>
    public sealed record Ended : WaitOutcome;

    /// <param name="Problem">What still stands in the way.</param>
    public sealed record InVain(string Problem) : WaitOutcome;
}
