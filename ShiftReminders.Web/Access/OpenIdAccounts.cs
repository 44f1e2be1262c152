using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Which of our accounts an outside sign-in is, with the roles that its claims give.</summary>
internal sealed class OpenIdAccounts(IServiceScopeFactory scopes, IOptions<OpenIdOptions> options, TimeProvider time)
{
    private const string Actor = "OpenID sign-in";

    public async Task<OpenIdResult> SignInAsync(ClaimsPrincipal outside, CancellationToken cancellationToken)
    {
        if (outside.FindFirstValue("sub") is not { Length: > 0 } subject) return new(SignInProblem.ProviderFailed);
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        var account = await change.Accounts.FindByLoginAsync(OpenIdSetup.Scheme, subject);
        if (account is null)
        {
            (account, var problem) = await LinkOrCreateAsync(change, outside, subject);
            if (account is null) return new(problem);
        }
        else
        {
            await change.HoldAsync(account);
        }
        if (account.DisabledAt is not null) return new(SignInProblem.Disabled);
        await MapRolesAsync(change, account, outside);
        account.LastSignInAt = time.GetUtcNow();
        await AccessChange.MadeAsync(change.Accounts.UpdateAsync(account));
        await change.CommitAsync();
        return new(SignInProblem.None, account.Id);
    }

    private async Task<(Account? Account, SignInProblem Problem)> LinkOrCreateAsync(
        AccessChange change, ClaimsPrincipal outside, string subject)
    {
        if (outside.FindFirstValue("email") is not { Length: > 0 } email) return (null, SignInProblem.NoEmail);
        var account = await change.Accounts.FindByEmailAsync(email);
        // Only an address that the provider has verified may take over what is here under the same address.
        if (account is not null && !string.Equals(outside.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase))
            return (null, SignInProblem.EmailTaken);
        var isNew = account is null;
        account ??= new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            LockoutEnabled = true,
            CreatedAt = time.GetUtcNow(),
        };
        if (!isNew) await change.HoldAsync(account);
        else if (await change.CreateAsync(account, password: null, []) is not null) return (null, SignInProblem.ProviderFailed);
        await AccessChange.MadeAsync(change.Accounts.AddLoginAsync(account, new UserLoginInfo(OpenIdSetup.Scheme, subject, options.Value.DisplayName)));
        await change.RecordAsync(Actor, isNew ? "create account" : "link account", account, why: null, before: null, after: new { subject });
        return (account, SignInProblem.None);
    }

    private async Task MapRolesAsync(AccessChange change, Account account, ClaimsPrincipal outside)
    {
        if (options.Value.Roles.Count == 0) return;
        var roles = options.Value.RolesFor(outside.FindAll(options.Value.RoleClaim).Select(claim => claim.Value));
        var before = await change.Accounts.GetRolesAsync(account);
        if (before.ToHashSet().SetEquals(roles)) return;
        await change.SetRolesAsync(account, before, roles);
        await change.RecordAsync(Actor, "change roles", account, "claims of the sign-in", new { roles = before }, new { roles });
    }
}

internal readonly record struct OpenIdResult(SignInProblem Problem, Guid? AccountId = null);
