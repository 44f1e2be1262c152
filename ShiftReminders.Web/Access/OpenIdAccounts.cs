using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>Which of our accounts an outside sign-in is, with the roles that its claims give.</summary>
internal sealed class OpenIdAccounts(
    IServiceScopeFactory scopes, IOptions<OpenIdOptions> options, SecurityEvents events, TimeProvider time)
{
    public const string Method = "OpenID";
    private const string Actor = "OpenID sign-in";

    public async Task<OpenIdResult> SignInAsync(ClaimsPrincipal outside, CancellationToken cancellationToken)
    {
        if (Login.Of(outside) is not { } login) return Refused(account: null, SignInProblem.ProviderFailed);
        await using var change = await AccessChange.BeginAsync(scopes, cancellationToken);
        var account = await change.Accounts.FindByLoginAsync(login.Issuer, login.Subject);
        if (account is null)
        {
            (account, var problem) = await LinkOrCreateAsync(change, outside, login);
            if (account is null) return Refused(account, problem);
        }
        else
        {
            await change.HoldAsync(account);
        }
        if (account.DisabledAt is not null) return Refused(account, SignInProblem.Disabled);
        await MapRolesAsync(change, account, outside);
        account.LastSignInAt = time.GetUtcNow();
        await AccessChange.MadeAsync(change.Accounts.UpdateAsync(account));
        change.AfterCommit(() => events.SignedIn(account.Id, events.Here, Method));
        await change.CommitAsync();
        return new(SignInProblem.None, account.Id);
    }

    private OpenIdResult Refused(Account? account, SignInProblem problem)
    {
        if (account is null) events.StrangerRefused(events.Here, Method);
        else events.SignInRefused(account.Id, events.Here, Method);
        return new(problem);
    }

    private async Task<(Account? Account, SignInProblem Problem)> LinkOrCreateAsync(
        AccessChange change, ClaimsPrincipal outside, Login login)
    {
        if (EmailOf(outside) is not { } email) return (null, SignInProblem.NoEmail);
        // Who has not shown that the address is theirs must neither get what is here under it, nor hold it until an admin
        // gives it a role in good faith.
        if (!string.Equals(outside.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase))
            return (null, SignInProblem.EmailUnverified);
        var account = await change.Accounts.FindByEmailAsync(email);
        var isNew = account is null;
        account ??= new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            CreatedAt = time.GetUtcNow(),
        };
        if (!isNew) await change.HoldAsync(account);
        else if (await change.CreateAsync(account, password: null, []) is not null) return (null, SignInProblem.ProviderFailed);
        await ReplaceOldLoginAsync(change, account, login);
        await AccessChange.MadeAsync(change.Accounts.AddLoginAsync(account, new UserLoginInfo(login.Issuer, login.Subject, options.Value.DisplayName)));
        await change.RecordAsync(Actor, isNew ? "create account" : "link account", account, why: null, before: null, after: login);
        if (isNew) change.AfterCommit(() => events.AccountMade(account.Id, Actor, events.Here, Accounts.RoleWords([])));
        return (account, SignInProblem.None);
    }

    /// <summary>Null: the provider tells none, or none that could be anybody's.</summary>
    internal static string? EmailOf(ClaimsPrincipal outside) => Login.Text(outside, "email");

    // A login may be stored without its issuer: it is written anew when its owner signs in with a
    // verified address, which is the account's.
    private static async Task ReplaceOldLoginAsync(AccessChange change, Account account, Login login)
    {
        if (await change.Accounts.FindByLoginAsync(OpenIdSetup.Scheme, login.Subject) is { } owner && owner.Id == account.Id)
            await AccessChange.MadeAsync(change.Accounts.RemoveLoginAsync(account, OpenIdSetup.Scheme, login.Subject));
    }

    private async Task MapRolesAsync(AccessChange change, Account account, ClaimsPrincipal outside)
    {
        if (options.Value.Roles.Count == 0) return;
        var roles = options.Value.RolesFor(outside.FindAll(options.Value.RoleClaim).Select(claim => claim.Value));
        var before = await change.Accounts.GetRolesAsync(account);
        if (before.ToHashSet().SetEquals(roles)) return;
        await change.SetRolesAsync(account, before, roles);
        await change.RecordAsync(Actor, "change roles", account, "claims of the sign-in", new { roles = before }, new { roles });
        change.AfterCommit(() => events.RolesChanged(account.Id, Actor, events.Here, Accounts.RoleWords(before), Accounts.RoleWords(roles)));
    }
}

/// <summary>A subject is only unique within its issuer.</summary>
internal sealed record Login(string Issuer, string Subject)
{
    public static Login? Of(ClaimsPrincipal outside) =>
        Text(outside, "iss") is { } issuer && Text(outside, "sub") is { } subject ? new Login(issuer, subject) : null;

    /// <summary>A claim that names somebody; one with control characters or half an emoji in it names nobody.</summary>
    public static string? Text(ClaimsPrincipal outside, string claim) =>
        outside.FindFirstValue(claim) is { Length: > 0 } text && !text.Any(char.IsControl) && !text.EnumerateRunes().Contains(Rune.ReplacementChar)
            ? text
            : null;
}

internal readonly record struct OpenIdResult(SignInProblem Problem, Guid? AccountId = null);
