using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Ends an open page's sign-in when the account is disabled, signed out everywhere, or its roles have changed. The page
/// then loads afresh, and the server decides with what is true now.
/// </summary>
internal sealed class AccountRevalidation(ILoggerFactory loggers, OpenPageStandings standings, IOptions<AccessOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => OpenPageStandings.AskEvery(options.Value.RevalidateEvery);

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        standings.HoldsAsync(authenticationState.User, cancellationToken);
}
