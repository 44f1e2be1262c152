using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

public enum SignInOutcome
{
    SignedIn,

    /// <summary>The account needs a second factor and has none yet.</summary>
    SignedInToSetUp,

    /// <summary>The password was right; the second factor is missing.</summary>
    AsksForCode,
    Refused,
    MustWait,
}

/// <param name="Outcome">What became of the attempt.</param>
/// <param name="Wait">How long the next attempt has to wait; zero when it need not.</param>
public readonly record struct SignInAnswer(SignInOutcome Outcome, TimeSpan Wait = default);

/// <summary>Signs in with email and password. Which of the two was wrong, and whether the account exists, stays unsaid.</summary>
internal sealed class SignIns(
    AccountSignIn identity, UserManager<Account> accounts, PasswordCheck passwords, SignInThrottle throttle, KnownBrowsers browsers,
    SecondFactors factors, Passkeys passkeys, IOptions<AccessOptions> options, ShiftRemindersDb database, TimeProvider time, SecurityEvents events)
{
    public const string WithPassword = "password";
    public const string WithCode = "password and code";
    private const string WithPasskey = "passkey";

    public async Task<SignInAnswer> SignInAsync(string email, string password, HttpContext http)
    {
        if (!options.Value.PasswordSignIn) return Refused(account: null, WithPassword);
        var attempt = throttle.Begin(email, http.Connection.RemoteIpAddress, browsers.Find(http, email));
        if (attempt.MustWait) return new(SignInOutcome.MustWait, attempt.Wait);
        var account = await accounts.FindByEmailAsync(email.Trim());
        if (!await passwords.IsRightAsync(account, password) || !await identity.CanSignInAsync(account!)) return Refused(account, WithPassword);
        attempt.Succeeded();
        if (account!.TwoFactorEnabled)
        {
            await identity.RememberPasswordAsync(account);
            events.AskedForSecondFactor(account.Id, events.Here);
            return new(SignInOutcome.AsksForCode);
        }
        var setUp = await factors.SetUpOfAsync(account, http.RequestAborted);
        await BeginAsync(account, http, WithPassword, setUp == SetUp.Must ? [SetUpGate.Claim] : []);
        return new(setUp == SetUp.NotNeeded ? SignInOutcome.SignedIn : SignInOutcome.SignedInToSetUp);
    }

    public async Task<bool> WaitsForCodeAsync() => options.Value.PasswordSignIn && await identity.FindRememberedAsync() is not null;

    /// <summary>The second step: a code of the authenticator app, or a recovery code.</summary>
    public async Task<SignInAnswer> SignInWithCodeAsync(string code, HttpContext http)
    {
        if (!options.Value.PasswordSignIn || await identity.FindRememberedAsync() is not { } account) return Refused(account: null, WithCode);
        var attempt = throttle.BeginFor($"code {account.Id}", browsers.Find(http, account.Email!));
        if (attempt.MustWait) return new(SignInOutcome.MustWait, attempt.Wait);
        if (!await factors.IsRightAsync(account.Id, code, http.RequestAborted)) return Refused(account, WithCode);
        attempt.Succeeded();
        await identity.ForgetPasswordAsync();
        await BeginAsync(account, http, WithCode, []);
        return new(SignInOutcome.SignedIn);
    }

    /// <summary>With a passkey, which is both factors at once.</summary>
    public async Task<SignInAnswer> SignInWithPasskeyAsync(string credential, HttpContext http)
    {
        if (!passkeys.AreOn) return Refused(account: null, WithPasskey);
        var shown = await identity.ReadPasskeyAsync(credential);
        if (shown is not { Succeeded: true, User: { } account, Passkey: { } passkey } || !await identity.CanSignInAsync(account)) return Refused(shown?.User, WithPasskey);
        // Its counter has moved: a copy of the device would be found out by an older one.
        await AccessChange.MadeAsync(accounts.AddOrUpdatePasskeyAsync(account, passkey));
        await BeginAsync(account, http, WithPasskey, []);
        return new(SignInOutcome.SignedIn);
    }

    /// <summary>Keeps a passkey that the browser of a signed-in person has made.</summary>
    public async Task<AccessResult> AddPasskeyAsync(Guid accountId, string credential, string name, CancellationToken cancellationToken) =>
        await identity.ReadNewPasskeyAsync(credential) is { Succeeded: true, Passkey: { } made, UserEntity: { } owner } && owner.Id == accountId.ToString()
            ? await passkeys.AddAsync(accountId, made, name, cancellationToken)
            : AccessResult.Refused("The passkey could not be added: the device's answer is not valid, or came too late. Try again.");

    private SignInAnswer Refused(Account? account, string method)
    {
        if (account is null) events.StrangerRefused(events.Here, method);
        else events.SignInRefused(account.Id, events.Here, method);
        return new(SignInOutcome.Refused);
    }

    private async Task BeginAsync(Account account, HttpContext http, string method, IEnumerable<Claim> claims)
    {
        // Its secrets may have been written in a context of their own, and the account with them.
        await database.Entry(account).ReloadAsync();
        await identity.SignInWithClaimsAsync(account, isPersistent: false, claims);
        browsers.Remember(http, account.Email!);
        account.LastSignInAt = time.GetUtcNow();
        await accounts.UpdateAsync(account);
        events.SignedIn(account.Id, events.Here, method);
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
