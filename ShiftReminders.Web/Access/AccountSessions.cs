using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Ending sign-ins, by their owner or by an admin. Each end reaches the browser's open pages at once.</summary>
public sealed partial class Accounts
{
    private const string OneWords = "ended by itself";
    private const string OthersWords = "all others ended";
    private const string EverywhereWords = "signed out everywhere";

    /// <summary>Ends one session of that account; done, too, when it has ended meanwhile.</summary>
    public Task<AccessResult> EndSessionAsync(Permit permit, Guid accountId, Guid session, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, (change, account) =>
            EndSessionAsync(change, account, session, SessionEnd.EndedByAdmin, Ender.Of(permit), why), cancellationToken);

    /// <summary>Ends every sign-in of that account on every device, and the pages that are open there.</summary>
    public Task<AccessResult> SignOutEverywhereAsync(Permit permit, Guid accountId, string? why, CancellationToken cancellationToken) =>
        ChangeAsync(permit, accountId, (change, account) => SignOutEverywhereAsync(change, account, Ender.Of(permit), why), cancellationToken);

    public Task<AccessResult> EndMySessionAsync(Guid accountId, Guid session, CancellationToken cancellationToken) =>
        ChangeMineAsync(accountId, (change, account, owner) =>
            EndSessionAsync(change, account, session, SessionEnd.EndedByOwner, owner, why: null), cancellationToken);

    /// <summary>Ends all of them but the one that asks.</summary>
    public Task<AccessResult> EndMyOtherSessionsAsync(Guid accountId, Guid asking, CancellationToken cancellationToken) =>
        ChangeMineAsync(accountId, async (change, account, owner) =>
        {
            await change.EndSessionsAsync(account, SessionEnd.EndedByOwner, but: asking);
            await change.RecordAsync(owner.Name, "end other sessions", account, why: null, before: null, after: null);
            return await CommitAsync(change, account, owner, OthersWords);
        }, cancellationToken);

    public Task<AccessResult> SignMyselfOutEverywhereAsync(Guid accountId, CancellationToken cancellationToken) =>
        ChangeMineAsync(accountId, (change, account, owner) => SignOutEverywhereAsync(change, account, owner, why: null), cancellationToken);

    private async Task<AccessResult> ChangeMineAsync(
        Guid accountId, Func<AccessChange, Account, Ender, Task<AccessResult>> act, CancellationToken cancellationToken)
    {
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        return await change.HoldAsync(accountId) is { } account
            ? await act(change, account, new Ender(account.Id, account.Email!, events.Here))
            : AccessResult.Refused("Your account is gone. Sign in again.");
    }

    private async Task<AccessResult> EndSessionAsync(
        AccessChange change, Account account, Guid id, SessionEnd end, Ender ender, string? why)
    {
        if (await change.EndSessionAsync(account, id, end) is not { } ended) return AccessResult.Done;
        var what = new { ended.Browser, ended.Address, since = ended.CreatedAt };
        await change.RecordAsync(ender.Name, "end a session", account, why, before: what, after: null);
        return await CommitAsync(change, account, ender, OneWords);
    }

    private async Task<AccessResult> SignOutEverywhereAsync(AccessChange change, Account account, Ender ender, string? why)
    {
        await AccessChange.MadeAsync(change.Accounts.UpdateSecurityStampAsync(account));
        await change.EndSessionsAsync(account, SessionEnd.SignedOutEverywhere);
        await change.RecordAsync(ender.Name, "sign out everywhere", account, why, before: null, after: null);
        return await CommitAsync(change, account, ender, EverywhereWords);
    }

    private Task<AccessResult> CommitAsync(AccessChange change, Account account, Ender ender, string how)
    {
        change.AfterCommit(() => events.SessionEnded(account.Id, ender.AccountId, ender.Address, how));
        return change.CommitAsync();
    }

    /// <summary>Whoever ends a session, for audit and log.</summary>
    private sealed record Ender(Guid AccountId, string Name, string Address)
    {
        internal static Ender Of(Permit permit) => new(permit.AccountId, permit.Actor, permit.ClientAddress);
    }
}
