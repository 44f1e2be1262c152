using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Ends an open page's sign-in when the account is disabled, signed out everywhere, or its roles have changed. The page
/// then loads afresh, and the server decides with what is true now.
/// </summary>
internal sealed class AccountRevalidation(ILoggerFactory loggers, Standings standings, IOptions<AccessOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => options.Value.RevalidateEvery;

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        var standing = await standings.FindAsync(authenticationState.User, cancellationToken);
        return standing is not null && standing.Roles.ToHashSet().SetEquals(RolesIn(authenticationState.User));
    }

    private static IEnumerable<string> RolesIn(ClaimsPrincipal person) =>
        person.FindAll(ClaimTypes.Role).Select(claim => claim.Value);
}
