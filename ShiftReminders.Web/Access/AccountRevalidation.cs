using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Ends an open page's sign-in when its session has ended, in whatever way, or the account's roles have changed. The page
/// then loads afresh, and the server decides with what is true now.
/// </summary>
internal sealed class AccountRevalidation(ILoggerFactory loggers, OpenPageStandings standings, IOptions<AccessOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => OpenPageStandings.AskEvery(options.Value.RevalidateEvery);

    /// <summary>Asks at once rather than at the next interval: something has changed.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var state = await GetAuthenticationStateAsync();
        if (state.User.Identity?.IsAuthenticated != true || await HoldsAsync(state.User, cancellationToken)) return;
        SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
    }

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        HoldsAsync(authenticationState.User, cancellationToken);

    private async Task<bool> HoldsAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        try
        {
            return await standings.HoldsAsync(user, cancellationToken);
        }
        catch (Exception error) when (error.IsDatabaseTrouble())
        {
            // What cannot be read has not ended by that; whoever acts is asked for again.
            return true;
        }
    }
}
