using Microsoft.EntityFrameworkCore;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

public enum AccountStatus
{
    Active,

    /// <summary>Has not used the link yet.</summary>
    Invited,

    Disabled,
}

public sealed record AccountRow
{
    public required Guid Id { get; init; }

    public required string Email { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public required AccountStatus Status { get; init; }

    /// <summary>Signs in with the organisation's OpenID provider.</summary>
    public required bool FromOpenId { get; init; }

    public required bool HasSecondFactor { get; init; }

    public required bool HasPasskeys { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? LastSignInAt { get; init; }
}

public sealed class AccountList(IDbContextFactory<ShiftRemindersDb> databases)
{
    /// <summary>More accounts than this are found by searching.</summary>
    public const int Most = 500;

    /// <summary>Accounts whose email contains <paramref name="search"/>, by email.</summary>
    public async Task<IReadOnlyList<AccountRow>> ReadAsync(string? search, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var wanted = search?.Trim().ToUpperInvariant() ?? "";
        var accounts = await database.Users.AsNoTracking()
            .Where(account => account.NormalizedEmail!.Contains(wanted))
            .OrderBy(account => account.NormalizedEmail)
            .Take(Most)
            .Select(account => new
            {
                Account = account,
                Roles = database.UserRoles.Where(link => link.UserId == account.Id)
                    .Join(database.Roles, link => link.RoleId, role => role.Id, (_, role) => role.Name!)
                    .OrderBy(name => name).ToList(),
                HasPasskeys = database.UserPasskeys.Any(passkey => passkey.UserId == account.Id),
                FromOpenId = database.UserLogins.Any(login => login.UserId == account.Id),
            })
            .ToListAsync(cancellationToken);
        return [.. accounts.Select(found => new AccountRow
        {
            Id = found.Account.Id,
            Email = found.Account.Email!,
            Roles = found.Roles,
            Status = StatusOf(found.Account, found.FromOpenId),
            FromOpenId = found.FromOpenId,
            HasSecondFactor = found.Account.TwoFactorEnabled,
            HasPasskeys = found.HasPasskeys,
            CreatedAt = found.Account.CreatedAt,
            LastSignInAt = found.Account.LastSignInAt,
        })];
    }

    private static AccountStatus StatusOf(Account account, bool fromOpenId) => account switch
    {
        { DisabledAt: not null } => AccountStatus.Disabled,
        { PasswordHash: null } when !fromOpenId => AccountStatus.Invited,
        _ => AccountStatus.Active,
    };
}
