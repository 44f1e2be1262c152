namespace ShiftReminders.Web.CommandLine;

/// <summary>
/// Serves nothing but health while the app may not work yet: it is alive, not ready, and says why. So an orchestrator keeps
/// the replica, and sends nobody to it.
/// </summary>
internal static class WaitingApp
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>Waits until nothing stands in the way; false when the process was told to end before.</summary>
    /// <param name="arguments">Settings of the host, such as <c>--urls</c>.</param>
    /// <param name="problem">What stands in the way at first.</param>
    /// <param name="ask">Asks again: null when nothing does any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> RunAsync(
        string[] arguments, string problem, Func<CancellationToken, Task<string?>> ask, CancellationToken cancellationToken)
    {
        await using var app = WebApplication.CreateBuilder(arguments).Build();
        app.MapGet("/health/live", () => "Healthy");
        app.MapGet("/health/ready", () => Results.Text("Unhealthy", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapFallback("{*path}", () => Results.Text(
            "Shift Reminders is not ready yet. Its log says why.", statusCode: StatusCodes.Status503ServiceUnavailable));
        await app.StartAsync(cancellationToken);
        app.Logger.LogWarning("{Problem} Nothing is served and nothing is sent until then.", problem);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        try
        {
            using var timer = new PeriodicTimer(AskAgainAfter, TimeProvider.System);
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (await ask(ending.Token) is null) return true;
            }
            return false;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }
}
