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

    /// <summary>Keeps for a few minutes that this browser has shown the account's password. That alone opens nothing.</summary>
    public Task RememberPasswordAsync(Account account)
    {
        var shown = new ClaimsIdentity(IdentityConstants.TwoFactorUserIdScheme);
        shown.AddClaim(new Claim(Options.ClaimsIdentity.UserIdClaimType, account.Id.ToString()));
        shown.AddClaim(new Claim(Options.ClaimsIdentity.SecurityStampClaimType, account.SecurityStamp!));
        return Context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(shown));
    }

    /// <summary>The account whose password this browser has shown, if nothing about it has changed since.</summary>
    public async Task<Account?> FindRememberedAsync()
    {
        var shown = (await Context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal;
        if (shown is null || await UserManager.GetUserAsync(shown) is not { } account) return null;
        return account.SecurityStamp == shown.FindFirstValue(Options.ClaimsIdentity.SecurityStampClaimType) && await CanSignInAsync(account) ? account : null;
    }

    public Task ForgetPasswordAsync() => Context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);

    /// <summary>What a browser answered that was asked for a passkey; null: it was not asked, or too long ago.</summary>
    public Task<PasskeyAssertionResult<Account>?> ReadPasskeyAsync(string credential) => ReadAsync(credential, PerformPasskeyAssertionAsync);

    /// <summary>What a browser answered that was asked to make a passkey; null: it was not asked, or too long ago.</summary>
    public Task<PasskeyAttestationResult?> ReadNewPasskeyAsync(string credential) => ReadAsync(credential, PerformPasskeyAttestationAsync);

    private static async Task<T?> ReadAsync<T>(string credential, Func<string, Task<T>> read)
        where T : class
    {
        if (credential.Length == 0) return null;
        try
        {
            return await read(credential);
        }
        catch (InvalidOperationException)
        {
            // The question lies in a cookie, and is gone after some minutes; anybody may send an answer without one.
            return null;
        }
    }

    /// <summary>Whether it is the account itself that ended, rather than this sign-in.</summary>
    public async Task<bool> IsDisabledAsync(ClaimsPrincipal? principal) =>
        principal is not null && await UserManager.GetUserAsync(principal) is { DisabledAt: not null };
}
