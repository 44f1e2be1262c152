using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Web.Components.Live;

/// <summary>Lets an open page ask after each change whether its session still lives: one that was ended leaves within seconds.</summary>
internal sealed class SessionWatch(ChangeFeed feed, AuthenticationStateProvider authentication) : CircuitHandler, IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private IDisposable? subscription;

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (authentication is AccountRevalidation revalidation)
            subscription = feed.Subscribe(() => revalidation.CheckAsync(closing.Token));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        subscription?.Dispose();
        closing.Cancel();
        closing.Dispose();
    }
}
