using Microsoft.AspNetCore.Identity;

namespace ShiftReminders.Web.Access;

/// <summary>What somebody does to their own account, and how the first one comes to be.</summary>
public sealed partial class Accounts
{
    private const string ThisApp = "Shift Reminders";
    private const string LinkHolder = "whoever held the link";

    /// <summary>Sets the password of whoever holds the link. The link works once: a new password changes what it was made from.</summary>
    /// <param name="accountId">Whose link it is.</param>
    /// <param name="code">The secret of the link.</param>
    /// <param name="password">The new password.</param>
    /// <param name="signedInAs">
    /// Who is signed in with the browser that opened the link, if anybody: an admin who uses a link for somebody else is on
    /// record under the admin's own name. Else nobody knows who held it, and the record does not claim that it was the owner.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AccessResult> AcceptInvitationAsync(
        Guid accountId, string code, string password, string? signedInAs, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        var account = await change.HoldAsync(accountId);
        if (account is null || account.DisabledAt is not null) return RefuseLink(accountId);
        if (!options.Value.PasswordSignIn) return AccessResult.Refused(NoPasswords);
        var result = await change.Accounts.ResetPasswordAsync(account, code, password);
        if (result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.InvalidToken))) return RefuseLink(accountId);
        if (!result.Succeeded) return AccessResult.Refused(Sentence(result));
        await change.EndSessionsAsync(account, SessionEnd.PasswordChanged);
        await change.RecordAsync(signedInAs ?? LinkHolder, "set a password by link", account, why: null, before: null, after: null);
        change.AfterCommit(() => events.LinkUsed(account.Id, events.Here));
        return await change.CommitAsync();
    }

    private AccessResult RefuseLink(Guid accountId)
    {
        events.LinkRefused(accountId, events.Here);
        return AccessResult.Guess(DeadLink);
    }

    public async Task<AccessResult> ChangePasswordAsync(Guid accountId, string present, string wanted, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        var account = await change.HoldAsync(accountId);
        if (account is null) return AccessResult.Refused("Your account is gone. Sign in again.");
        var result = await change.Accounts.ChangePasswordAsync(account, present, wanted);
        if (result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch)))
        {
            events.ProofRefused(account.Id, events.Here, "present password");
            return AccessResult.Guess("The present password is wrong.");
        }
        if (!result.Succeeded) return AccessResult.Refused(Sentence(result));
        await change.EndSessionsAsync(account, SessionEnd.PasswordChanged);
        await change.RecordAsync(account.Email!, "change password", account, why: null, before: null, after: null);
        change.AfterCommit(() => events.PasswordChanged(account.Id, events.Here));
        return await change.CommitAsync();
    }

    /// <summary>Makes an admin from settings, unless there is any account already.</summary>
    public Task<AccessResult> CreateFirstAdminAsync(string email, string password, CancellationToken cancellationToken) =>
        CreateAdminAsync(email, password, onlyIfFirst: true, cancellationToken);

    /// <summary>Makes an admin with a password, for whoever has the server's command line.</summary>
    public Task<AccessResult> CreateAdminAsync(string email, string password, CancellationToken cancellationToken) =>
        CreateAdminAsync(email, password, onlyIfFirst: false, cancellationToken);

    private async Task<AccessResult> CreateAdminAsync(string email, string password, bool onlyIfFirst, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        if (onlyIfFirst && await change.AnyAccountAsync()) return AccessResult.Refused("There are accounts already.");
        if (!IsEmail(email)) return AccessResult.Refused($"“{email}” is no email address.");
        if (await change.Accounts.FindByEmailAsync(email) is not null)
            return AccessResult.Refused($"There is an account {email} already.");
        var account = NewAccount(email);
        string[] roles = [Roles.Admin];
        if (await change.CreateAsync(account, password, roles) is { } problem) return AccessResult.Refused(problem);
        await change.RecordAsync(ThisApp, onlyIfFirst ? "create the first admin" : "create an admin", account, null, null, new { account.Email, roles });
        change.AfterCommit(() => events.AccountMade(account.Id, ThisApp, events.Here, RoleWords(roles)));
        return await change.CommitAsync();
    }

    internal static string Sentence(IdentityResult result) => string.Join(" ", result.Errors.Select(error => error.Description));

    private const string DeadLink =
        "This link does not work any more: it has been used, replaced, or is too old. Ask an admin for a new one.";
}
