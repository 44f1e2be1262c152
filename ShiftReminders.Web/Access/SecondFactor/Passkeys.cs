using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access.SecondFactor;

/// <param name="Id">Of the credential, as it travels in a form.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record Passkey(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>The passkeys of accounts: each change with its line of the audit. A passkey is both factors at once.</summary>
public sealed class Passkeys(
    IServiceScopeFactory scopes, IOptions<PasskeyOptions> options, IOptions<AccessOptions> access, SecurityEvents events)
{
    public const int LongestName = 80;
    private const int Most = 20;

    /// <summary>They belong to sign-in by password: where everybody comes from a provider, nobody gets past it.</summary>
    public bool AreOn => access.Value.PasswordSignIn && !string.IsNullOrEmpty(options.Value.Address);

    /// <summary>An account's, the newest last.</summary>
    public async Task<IReadOnlyList<Passkey>> ReadAsync(Guid accountId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await accounts.FindByIdAsync(accountId.ToString()) is not { } account) return [];
        return [.. (await accounts.GetPasskeysAsync(account)).OrderBy(passkey => passkey.CreatedAt).Select(Shown)];
    }

    /// <summary>Keeps one that the browser has made and <see cref="AccountSignIn"/> has checked.</summary>
    internal async Task<AccessResult> AddAsync(Guid accountId, UserPasskeyInfo made, string name, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (await change.HoldAsync(accountId) is not { } account) return AccessResult.Refused("Your account is gone. Sign in again.");
        if ((await change.Accounts.GetPasskeysAsync(account)).Count >= Most)
            return AccessResult.Refused($"You have {Most} passkeys already. Remove one first.");
        made.Name = name;
        await AccessChange.MadeAsync(change.Accounts.AddOrUpdatePasskeyAsync(account, made));
        await change.RecordAsync(account.Email!, "add a passkey", account, why: null, before: null, after: new { name });
        change.AfterCommit(() => events.SecondFactorChanged(account.Id, account.Id, events.Here, "passkey added"));
        return await change.CommitAsync();
    }

    public async Task<AccessResult> RemoveAsync(Guid accountId, string id, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (await change.HoldAsync(accountId) is not { } account) return AccessResult.Refused("Your account is gone. Sign in again.");
        var passkeys = await change.Accounts.GetPasskeysAsync(account);
        if (passkeys.FirstOrDefault(passkey => IdOf(passkey) == id) is not { } removed) return AccessResult.Refused("This passkey is gone already.");
        await AccessChange.MadeAsync(change.Accounts.RemovePasskeyAsync(account, removed.CredentialId));
        await change.RecordAsync(account.Email!, "remove a passkey", account, why: null, before: new { removed.Name }, after: null);
        change.AfterCommit(() => events.SecondFactorChanged(account.Id, account.Id, events.Here, "passkey removed"));
        return await change.CommitAsync();
    }

    private static Passkey Shown(UserPasskeyInfo kept) => new(IdOf(kept), kept.Name ?? "Passkey", kept.CreatedAt);

    private static string IdOf(UserPasskeyInfo kept) => WebEncoders.Base64UrlEncode(kept.CredentialId);
}
