using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Whether the sign-ins of open pages still hold. However many pages are open, accounts and sessions are read once for all
/// that ask at about the same time; acts do not rely on it and ask for themselves.
/// </summary>
internal sealed class OpenPageStandings(
    IDbContextFactory<ShiftRemindersDb> databases, IOptions<AccessOptions> access, IOptions<IdentityOptions> identity, TimeProvider time)
{
    private const int Parts = 6;
    private const string Everybody = "";
    // As long as the pages of one piece of news take to ask: it may be the end of a session.
    private static readonly TimeSpan LongestKept = TimeSpan.FromMilliseconds(250);
    private readonly SharedRead<string, Read> reads = new(Shorter(access.Value.RevalidateEvery / Parts, LongestKept), time);

    /// <summary>How often a page asks: together with the age of the answer, never later than the setting says.</summary>
    public static TimeSpan AskEvery(TimeSpan revalidateEvery) => revalidateEvery - (revalidateEvery / Parts);

    public async Task<bool> HoldsAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var claims = identity.Value.ClaimsIdentity;
        if (!Guid.TryParse(person.FindFirstValue(claims.UserIdClaimType), out var id)) return false;
        var read = await reads.GetAsync(Everybody, ReadAsync, cancellationToken);
        return read.Accounts.TryGetValue(id, out var known)
            && person.Session() is { } session && read.Sessions.Contains(session.Id)
            && known.Stamp == person.FindFirstValue(claims.SecurityStampClaimType)
            && known.Roles.SetEquals(person.FindAll(ClaimTypes.Role).Select(claim => claim.Value));
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<Read> ReadAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from account in database.Users
            where account.DisabledAt == null
            from link in database.UserRoles.Where(link => link.UserId == account.Id).DefaultIfEmpty()
            from role in database.Roles.Where(role => role.Id == link!.RoleId).DefaultIfEmpty()
            select new { account.Id, account.SecurityStamp, Role = role!.Name }).ToListAsync(cancellationToken);
        var accounts = rows.GroupBy(row => row.Id).ToDictionary(
            account => account.Key,
            account => new Known(account.First().SecurityStamp, account.Select(row => row.Role).OfType<string>().ToHashSet()));
        var sessions = await database.LiveSessions.Select(session => session.Id).ToListAsync(cancellationToken);
        return new Read(accounts, sessions.ToHashSet());
    }

    private sealed record Read(IReadOnlyDictionary<Guid, Known> Accounts, IReadOnlySet<Guid> Sessions);

    private sealed record Known(string? Stamp, HashSet<string> Roles);
}
