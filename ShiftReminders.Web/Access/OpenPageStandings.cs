using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Whether the sign-ins of open pages still hold. However many pages are open, the accounts are read once within a
/// part of <see cref="AccessOptions.RevalidateEvery"/>; acts do not rely on it and ask for themselves.
/// </summary>
internal sealed class OpenPageStandings(
    IDbContextFactory<ShiftRemindersDb> databases, IOptions<AccessOptions> access, IOptions<IdentityOptions> identity, TimeProvider time)
{
    private const int Parts = 6;
    private const string Everybody = "";
    private readonly SharedRead<string, IReadOnlyDictionary<Guid, Known>> accounts = new(access.Value.RevalidateEvery / Parts, time);

    /// <summary>How often a page asks: together with the age of the answer, never later than the setting says.</summary>
    public static TimeSpan AskEvery(TimeSpan revalidateEvery) => revalidateEvery - (revalidateEvery / Parts);

    public async Task<bool> HoldsAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var claims = identity.Value.ClaimsIdentity;
        if (!Guid.TryParse(person.FindFirstValue(claims.UserIdClaimType), out var id)) return false;
        var known = (await accounts.GetAsync(Everybody, ReadAsync, cancellationToken)).GetValueOrDefault(id);
        return known is not null
            && known.Stamp == person.FindFirstValue(claims.SecurityStampClaimType)
            && known.Roles.SetEquals(person.FindAll(ClaimTypes.Role).Select(claim => claim.Value));
    }

    private async Task<IReadOnlyDictionary<Guid, Known>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from account in database.Users
            where account.DisabledAt == null
            from link in database.UserRoles.Where(link => link.UserId == account.Id).DefaultIfEmpty()
            from role in database.Roles.Where(role => role.Id == link!.RoleId).DefaultIfEmpty()
            select new { account.Id, account.SecurityStamp, Role = role!.Name }).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.Id).ToDictionary(
            account => account.Key,
            account => new Known(account.First().SecurityStamp, account.Select(row => row.Role).OfType<string>().ToHashSet()));
    }

    private sealed record Known(string? Stamp, HashSet<string> Roles);
}
