using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Identity's sign-in, which also turns disabled accounts away.</summary>
internal sealed class AccountSignIn(
    UserManager<Account> accounts,
    IHttpContextAccessor http,
    IUserClaimsPrincipalFactory<Account> principals,
    IOptions<IdentityOptions> options,
    ILogger<AccountSignIn> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Account> confirmation)
    : SignInManager<Account>(accounts, http, principals, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Account user) =>
        user.DisabledAt is null && await base.CanSignInAsync(user);

    public override async Task<Account?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
    {
        var account = await base.ValidateSecurityStampAsync(principal);
        if (account is { DisabledAt: null }) return account;
        if (await IsDisabledAsync(principal)) Context.NoteProblem(SignInProblem.Disabled);
        return null;
    }

    /// <summary>Whether it is the account itself that ended, rather than this sign-in.</summary>
    public async Task<bool> IsDisabledAsync(ClaimsPrincipal? principal) =>
        principal is not null && await UserManager.GetUserAsync(principal) is { DisabledAt: not null };
}
