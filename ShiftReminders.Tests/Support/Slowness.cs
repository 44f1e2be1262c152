namespace ShiftReminders.Tests.Support;

/// <summary>
/// Time that a test spends on purpose, because somebody's slowness is what it is about. Whoever awaits something asks
/// <see cref="Eventually"/>, which goes on at once and names what did not come.
/// </summary>
public static class Slowness
{
    /// <param name="whose">Who takes this long, as <c>FCM's answer</c>.</param>
    /// <param name="length">How long; <see cref="Timeout.InfiniteTimeSpan"/> never ends by itself.</param>
    /// <param name="cancellationToken">Ends it early with an <see cref="OperationCanceledException"/>.</param>
    public static Task OfAsync(string whose, TimeSpan length, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(whose);
#pragma warning disable RS0030 // Here it has a name.
        return Task.Delay(length, TimeProvider.System, cancellationToken);
#pragma warning restore RS0030
    }
}
