using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>What the database says about an account at this moment.</summary>
public sealed record Standing(Guid AccountId, string Name, IReadOnlyList<string> Roles);

public sealed class Standings(IDbContextFactory<ShiftRemindersDb> databases, IOptions<IdentityOptions> options)
{
    /// <summary>Null when the person is not signed in, is disabled, or was signed out everywhere since.</summary>
    public async Task<Standing?> FindAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var claims = options.Value.ClaimsIdentity;
        if (!Guid.TryParse(person.FindFirstValue(claims.UserIdClaimType), out var id)) return null;
        var stamp = person.FindFirstValue(claims.SecurityStampClaimType);

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var account = await database.Users.AsNoTracking()
            .Where(found => found.Id == id && found.DisabledAt == null && found.SecurityStamp == stamp)
            .Select(found => new { found.Id, found.UserName })
            .SingleOrDefaultAsync(cancellationToken);
        if (account is null) return null;
        var roles = await database.UserRoles.Where(link => link.UserId == id)
            .Join(database.Roles, link => link.RoleId, role => role.Id, (_, role) => role.Name!)
            .ToListAsync(cancellationToken);
        return new Standing(account.Id, account.UserName!, roles);
    }
}
