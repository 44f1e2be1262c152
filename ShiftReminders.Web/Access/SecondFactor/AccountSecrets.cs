using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>
/// What is kept of an account's second factor, among Identity's tokens. The authenticator app's secret lies encrypted, bound
/// to its account; of recovery codes there are only hashes.
/// </summary>
internal sealed class AccountSecrets(UserManager<Account> accounts, Account account, IDataProtectionProvider protection)
{
    private const string Provider = "ShiftReminders";
    private const string KeyName = "AuthenticatorKey";
    private const string LastStepName = "LastAuthenticatorStep";
    private const string CodesName = "RecoveryCodes";
    private const string GraceName = "SignedInWithoutSecondFactor";

    private readonly IDataProtector protector = protection.CreateProtector("ShiftReminders.AuthenticatorKey", account.Id.ToString());

    /// <summary>Null: there is none, or the key under which it lies is gone. Then its codes are wrong until it is set up anew.</summary>
    public async Task<string?> KeyAsync()
    {
        if (await accounts.GetAuthenticationTokenAsync(account, Provider, KeyName) is not { } kept) return null;
        try
        {
            return protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public Task SetKeyAsync(string key) => SetAsync(KeyName, protector.Protect(key));

    public async Task<long?> LastStepAsync() =>
        await accounts.GetAuthenticationTokenAsync(account, Provider, LastStepName) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public Task SetLastStepAsync(long step) => SetAsync(LastStepName, step.ToString(CultureInfo.InvariantCulture));

    public Task<string?> CodesAsync() => accounts.GetAuthenticationTokenAsync(account, Provider, CodesName);

    public Task SetCodesAsync(string kept) => SetAsync(CodesName, kept);

    public async Task<bool> GraceIsUsedAsync() => await accounts.GetAuthenticationTokenAsync(account, Provider, GraceName) is not null;

    public Task UseGraceAsync() => SetAsync(GraceName, bool.TrueString);

    public async Task ForgetAllAsync()
    {
        foreach (var name in (string[])[KeyName, LastStepName, CodesName, GraceName])
            await AccessChange.MadeAsync(accounts.RemoveAuthenticationTokenAsync(account, Provider, name));
    }

    private Task SetAsync(string name, string value) =>
        AccessChange.MadeAsync(accounts.SetAuthenticationTokenAsync(account, Provider, name, value));
}
