using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

public enum SignInOutcome
{
    SignedIn,
    Refused,
    MustWait,
}

/// <param name="Outcome">What became of the attempt.</param>
/// <param name="Wait">How long the next attempt has to wait; zero when it need not.</param>
public readonly record struct SignInAnswer(SignInOutcome Outcome, TimeSpan Wait = default);

/// <summary>Signs in with email and password. Which of the two was wrong, and whether the account exists, stays unsaid.</summary>
internal sealed class SignIns(
    AccountSignIn identity, UserManager<Account> accounts, PasswordCheck passwords, SignInThrottle throttle, KnownBrowsers browsers,
    ShiftRemindersDb database, TimeProvider time, ILogger<SignIns> logger)
{
    public async Task<SignInAnswer> SignInAsync(string email, string password, HttpContext http)
    {
        var attempt = throttle.Begin(email, http.Connection.RemoteIpAddress, browsers.Find(http, email));
        if (attempt.MustWait) return new(SignInOutcome.MustWait, attempt.Wait);
        var account = await accounts.FindByEmailAsync(email.Trim());
        if (!await passwords.IsRightAsync(account, password) || !await identity.CanSignInAsync(account!))
        {
            if (account is not null) logger.LogInformation("Sign-in of account {AccountId} was refused", account.Id);
            return new(SignInOutcome.Refused);
        }
        attempt.Succeeded();
        await identity.SignInAsync(account!, isPersistent: false);
        browsers.Remember(http, email);
        account!.LastSignInAt = time.GetUtcNow();
        await accounts.UpdateAsync(account);
        return new(SignInOutcome.SignedIn);
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
