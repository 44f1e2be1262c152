using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Every change to accounts and roles. Each runs in one transaction with its line of the audit, one at a time over all
/// replicas, so that two admins who remove each other at once cannot leave nobody.
/// </summary>
public sealed partial class Accounts(
    IServiceScopeFactory scopes, IOptions<AccessOptions> options, SecurityEvents events, TimeProvider time)
{
    private const string NoPasswords = "Passwords are switched off here: everybody signs in with the organisation's provider.";

    /// <summary>Makes an account without a password, and a link with which its owner chooses one where people sign in with passwords.</summary>
    public Task<AccessResult> InviteAsync(
        Permit permit, string email, IReadOnlyCollection<string> roles, string? why, CancellationToken cancellationToken) =>
        ActAsync(permit, async change =>
        {
            if (!IsEmail(email)) return AccessResult.Refused($"“{email}” is no email address.");
            if (await change.Accounts.FindByEmailAsync(email) is not null)
                return AccessResult.Refused($"There is an account {email} already. Change its roles, or make a new link for it.");
            var account = NewAccount(email);
            if (await change.CreateAsync(account, password: null, roles) is { } problem) return AccessResult.Refused(problem);
            await change.RecordAsync(permit.Actor, "invite", account, why, before: null, after: new { account.Email, roles });
            change.AfterCommit(() => events.AccountMade(account.Id, permit.AccountId.ToString(), permit.ClientAddress, RoleWords(roles)));
            return options.Value.PasswordSignIn ? await LinkAsync(change, account, permit) : await change.CommitAsync();
        }, cancellationToken);

    /// <summary>A new one-time link; the account's present password works until the link is used.</summary>
    public Task<AccessResult> NewLinkAsync(Permit permit, Guid accountId, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, async (change, account) =>
        {
            if (!options.Value.PasswordSignIn) return AccessResult.Refused(NoPasswords);
            if (account.DisabledAt is not null) return AccessResult.Refused($"{account.Email} is disabled. Enable it first.");
            // Links made before this one stop working: they carry the old stamp.
            await AccessChange.MadeAsync(change.Accounts.UpdateSecurityStampAsync(account));
            await change.EndSessionsAsync(account, SessionEnd.LinkMade);
            await change.RecordAsync(permit.Actor, "make a link", account, why, before: null, after: null);
            return await LinkAsync(change, account, permit);
        }, cancellationToken);

    public Task<AccessResult> ChangeRolesAsync(
        Permit permit, Guid accountId, IReadOnlyCollection<string> roles, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, async (change, account) =>
        {
            var before = await change.Accounts.GetRolesAsync(account);
            if (before.ToHashSet().SetEquals(roles)) return AccessResult.Done;
            if (!roles.Contains(Roles.Admin) && await change.IsLastAdminAsync(account))
                return AccessResult.Refused(LastAdmin(account, "lose the role Admin"));
            await change.SetRolesAsync(account, before, roles);
            await change.RecordAsync(permit.Actor, "change roles", account, why, new { roles = before }, new { roles });
            change.AfterCommit(() => events.RolesChanged(account.Id, permit.AccountId.ToString(), permit.ClientAddress, RoleWords(before), RoleWords(roles)));
            return await change.CommitAsync();
        }, cancellationToken);

    public Task<AccessResult> DisableAsync(Permit permit, Guid accountId, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, async (change, account) =>
        {
            if (account.DisabledAt is not null) return AccessResult.Done;
            if (await change.IsLastAdminAsync(account)) return AccessResult.Refused(LastAdmin(account, "be disabled"));
            account.DisabledAt = time.GetUtcNow();
            await AccessChange.MadeAsync(change.Accounts.UpdateSecurityStampAsync(account));
            await change.EndSessionsAsync(account, SessionEnd.Disabled);
            await change.RecordAsync(permit.Actor, "disable", account, why, new { disabled = false }, new { disabled = true });
            change.AfterCommit(() => events.AccountChanged(account.Id, "disabled", permit.AccountId, permit.ClientAddress));
            return await change.CommitAsync();
        }, cancellationToken);

    public Task<AccessResult> EnableAsync(Permit permit, Guid accountId, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, async (change, account) =>
        {
            if (account.DisabledAt is null) return AccessResult.Done;
            account.DisabledAt = null;
            await AccessChange.MadeAsync(change.Accounts.UpdateAsync(account));
            await change.RecordAsync(permit.Actor, "enable", account, why, new { disabled = true }, new { disabled = false });
            change.AfterCommit(() => events.AccountChanged(account.Id, "enabled", permit.AccountId, permit.ClientAddress));
            return await change.CommitAsync();
        }, cancellationToken);

    /// <summary>
    /// For whoever has lost phone and recovery codes: passkeys open nothing any more, and the next sign-in with the password
    /// sets a second factor up anew.
    /// </summary>
    public Task<AccessResult> ResetSecondFactorAsync(Permit permit, Guid accountId, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, async (change, account) =>
        {
            await AccessChange.MadeAsync(change.Accounts.SetTwoFactorEnabledAsync(account, enabled: false));
            await change.SecretsOf(account).ForgetAllAsync();
            foreach (var passkey in await change.Accounts.GetPasskeysAsync(account))
                await AccessChange.MadeAsync(change.Accounts.RemovePasskeyAsync(account, passkey.CredentialId));
            await change.EndSessionsAsync(account, SessionEnd.SecondFactorChanged);
            await change.RecordAsync(permit.Actor, "reset the second factor", account, why, before: null, after: null);
            change.AfterCommit(() => events.SecondFactorChanged(account.Id, permit.AccountId, permit.ClientAddress, "reset"));
            return await change.CommitAsync();
        }, cancellationToken);

    private Task<AccessResult> ChangeAsync(
        Permit permit, Guid accountId, Func<AccessChange, Account, Task<AccessResult>> act, CancellationToken cancellationToken) =>
        ActAsync(permit, async change => await change.HoldAsync(accountId) is { } account
            ? await act(change, account)
            : AccessResult.Refused("There is no such account."), cancellationToken);

    private async Task<AccessResult> ActAsync(Permit permit, Func<AccessChange, Task<AccessResult>> act, CancellationToken cancellationToken)
    {
        permit.MustBeFor(Act.ManageAccess);
        try
        {
            await using var change = await AccessChange.BeginAsync(scopes, permit, cancellationToken);
            return await act(change);
        }
        catch (PostgresException error) when (error.Refusal() is { } refusal)
        {
            return AccessResult.Refused(refusal);
        }
    }

    private async Task<AccessResult> LinkAsync(AccessChange change, Account account, Permit permit)
    {
        var code = await change.Accounts.GeneratePasswordResetTokenAsync(account);
        change.AfterCommit(() => events.LinkMade(account.Id, permit.AccountId, permit.ClientAddress));
        await change.CommitAsync();
        return AccessResult.WithLink(account.Id, code);
    }

    private Account NewAccount(string email) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        UserName = email,
        Email = email,
        EmailConfirmed = true,
        CreatedAt = time.GetUtcNow(),
    };

    internal static string RoleWords(IEnumerable<string> roles) => string.Join(", ", roles.Order().DefaultIfEmpty("none"));

    private static bool IsEmail(string text) =>
        text.Length <= 254 && System.Net.Mail.MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;

    private static string LastAdmin(Account account, string what) =>
        $"{account.Email} is the only admin who can sign in, so it cannot {what}. Make somebody else an admin first.";
}
