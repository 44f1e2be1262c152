using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <summary>Sets up, checks and takes away the second factor of accounts; each change with its line of the audit.</summary>
public sealed class SecondFactors(
    IServiceScopeFactory scopes, IOptions<AccessOptions> options, SecurityEvents events, TimeProvider time)
{
    private const string Product = "Shift Reminders";
    private const string WrongCode = "This code is wrong, or was used before. Wait for the next one, and check the phone's clock.";
    private const string Gone = "Your account is gone. Sign in again.";

    /// <summary>What the account has, with a secret for its authenticator app when it has no second factor yet; null: no such account.</summary>
    public async Task<SecondFactorState?> ReadAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (await change.HoldAsync(accountId) is not { } account) return null;
        var secrets = change.SecretsOf(account);
        var needed = Needs(await change.Accounts.GetRolesAsync(account));
        if (account.TwoFactorEnabled)
            return new() { IsOn = true, IsNeeded = needed, CodesLeft = RecoveryCodes.Left(await secrets.CodesAsync()) };
        var key = await secrets.KeyAsync();
        if (key is null) await secrets.SetKeyAsync(key = Totp.NewKey());
        await change.CommitAsync();
        return new() { IsNeeded = needed, Key = key, Address = Totp.Address(Product, account.Email!, key) };
    }

    /// <summary>Switches the second factor on, once its app has shown that it knows the secret. Ends the account's other sign-ins.</summary>
    public Task<AccessResult> SwitchOnAsync(Guid accountId, string code, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, async (change, account, secrets) =>
        {
            if (account.TwoFactorEnabled) return AccessResult.Refused("Your second factor is on already.");
            if (!await IsCodeAsync(secrets, code)) return Wrong(account);
            await AccessChange.MadeAsync(change.Accounts.SetTwoFactorEnabledAsync(account, enabled: true));
            Tell(change, account, "switched on");
            await change.EndSessionsAsync(account, SessionEnd.SecondFactorChanged);
            return await WithNewCodesAsync(change, account, secrets, "switch the second factor on");
        }, cancellationToken);

    /// <summary>New recovery codes; the old ones stop working.</summary>
    public Task<AccessResult> RenewCodesAsync(Guid accountId, string code, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, async (change, account, secrets) =>
        {
            if (!account.TwoFactorEnabled || !await IsCodeAsync(secrets, code)) return Wrong(account);
            Tell(change, account, "new recovery codes");
            return await WithNewCodesAsync(change, account, secrets, "make new recovery codes");
        }, cancellationToken);

    public Task<AccessResult> SwitchOffAsync(Guid accountId, string code, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, async (change, account, secrets) =>
        {
            if (Needs(await change.Accounts.GetRolesAsync(account)))
                return AccessResult.Refused("Your roles need a second factor. For another phone, ask an admin to reset it.");
            if (!account.TwoFactorEnabled || !await IsCodeAsync(secrets, code)) return Wrong(account);
            Tell(change, account, "switched off");
            await AccessChange.MadeAsync(change.Accounts.SetTwoFactorEnabledAsync(account, enabled: false));
            await secrets.ForgetAllAsync();
            await change.EndSessionsAsync(account, SessionEnd.SecondFactorChanged);
            await change.RecordAsync(account.Email!, "switch the second factor off", account, why: null, before: null, after: null);
            return await change.CommitAsync();
        }, cancellationToken);

    /// <summary>Whether this is the account's code of this moment, or a recovery code. Either works once.</summary>
    internal async Task<bool> IsRightAsync(Guid accountId, string code, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (await change.HoldAsync(accountId) is not { TwoFactorEnabled: true } account) return false;
        var secrets = change.SecretsOf(account);
        var right = await IsCodeAsync(secrets, code) || await UseRecoveryCodeAsync(change, account, secrets, code);
        await change.CommitAsync();
        return right;
    }

    /// <summary>What a sign-in with a password alone is worth to this account. The first of one that needs more is a grace.</summary>
    internal async Task<SetUp> SetUpOfAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.TwoFactorEnabled) return SetUp.NotNeeded;
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (await change.HoldAsync(account.Id) is not { } held || !Needs(await change.Accounts.GetRolesAsync(held))) return SetUp.NotNeeded;
        var secrets = change.SecretsOf(held);
        if (await secrets.GraceIsUsedAsync()) return SetUp.Must;
        await secrets.UseGraceAsync();
        await change.CommitAsync();
        return SetUp.Grace;
    }

    private bool Needs(IEnumerable<string> roles) => options.Value.SecondFactorFor switch
    {
        SecondFactorFor.Everybody => true,
        SecondFactorFor.Admins => roles.Contains(Roles.Admin),
        _ => false,
    };

    private async Task<AccessResult> ChangeAsync(
        Guid accountId, Func<AccessChange, Account, AccountSecrets, Task<AccessResult>> act, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        return await change.HoldAsync(accountId) is { } account
            ? await act(change, account, change.SecretsOf(account))
            : AccessResult.Refused(Gone);
    }

    private void Tell(AccessChange change, Account account, string what) =>
        change.AfterCommit(() => events.SecondFactorChanged(account.Id, account.Id, events.Here, what));

    private AccessResult Wrong(Account account)
    {
        events.ProofRefused(account.Id, events.Here, "code");
        return AccessResult.Guess(WrongCode);
    }

    private async Task<bool> IsCodeAsync(AccountSecrets secrets, string code)
    {
        var digits = string.Concat(code.Where(char.IsAsciiDigit));
        if (await secrets.KeyAsync() is not { } key || Totp.StepOf(key, digits, time.GetUtcNow(), await secrets.LastStepAsync()) is not { } step) return false;
        await secrets.SetLastStepAsync(step);
        // Anew under today's key: the one that it lay under may go one day.
        await secrets.SetKeyAsync(key);
        return true;
    }

    private async Task<bool> UseRecoveryCodeAsync(AccessChange change, Account account, AccountSecrets secrets, string code)
    {
        if (RecoveryCodes.Without(await secrets.CodesAsync(), code) is not { } rest) return false;
        await secrets.SetCodesAsync(rest);
        Tell(change, account, "recovery code used");
        await change.RecordAsync(account.Email!, "sign in with a recovery code", account, why: null, before: null, after: new { left = RecoveryCodes.Left(rest) });
        return true;
    }

    private static async Task<AccessResult> WithNewCodesAsync(AccessChange change, Account account, AccountSecrets secrets, string act)
    {
        var codes = RecoveryCodes.Make();
        await secrets.SetCodesAsync(RecoveryCodes.Kept(codes));
        await change.RecordAsync(account.Email!, act, account, why: null, before: null, after: null);
        await change.CommitAsync();
        return AccessResult.WithCodes(codes);
    }
}
