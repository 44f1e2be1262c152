using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

public enum SignInOutcome
{
    SignedIn,
    Refused,
    TooManyAttempts,
}

/// <summary>Signs in with email and password. Which of the two was wrong, and whether the account exists, stays unsaid.</summary>
internal sealed class SignIns(
    AccountSignIn identity, UserManager<Account> accounts, IPasswordHasher<Account> hasher, SignInThrottle throttle,
    ShiftRemindersDb database, TimeProvider time, ILogger<SignIns> logger)
{
    // Verified against when there is no such account, so that the answer takes as long either way.
    private static readonly Account Nobody = new() { UserName = "nobody" };
    private static string? nobodysHash;

    public async Task<SignInOutcome> SignInAsync(string email, string password, string? address)
    {
        if (!throttle.Allows(address, email)) return SignInOutcome.TooManyAttempts;
        var account = await accounts.FindByEmailAsync(email.Trim());
        if (account?.PasswordHash is null)
        {
            nobodysHash ??= hasher.HashPassword(Nobody, "no password is this");
            hasher.VerifyHashedPassword(Nobody, nobodysHash, password);
            return SignInOutcome.Refused;
        }
        var result = await identity.PasswordSignInAsync(account, password, isPersistent: false, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            logger.LogInformation("Sign-in of account {AccountId} was refused: {Result}", account.Id, result);
            return SignInOutcome.Refused;
        }
        account.LastSignInAt = time.GetUtcNow();
        await accounts.UpdateAsync(account);
        return SignInOutcome.SignedIn;
    }

    /// <summary>Ends the sign-in of this device, which holds no more; the result says why, when the account itself has ended.</summary>
    public async Task<SignInProblem> ForgetAsync(ClaimsPrincipal person)
    {
        await identity.SignOutAsync();
        return await identity.IsDisabledAsync(person) ? SignInProblem.Disabled : SignInProblem.None;
    }

    /// <summary>Keeps this device signed in after its account's stamp has changed.</summary>
    public async Task RefreshAsync(Guid accountId)
    {
        if (await accounts.FindByIdAsync(accountId.ToString()) is not { } account) return;
        // This request's context may have read the account before the change.
        await database.Entry(account).ReloadAsync();
        await identity.RefreshSignInAsync(account);
    }
}
