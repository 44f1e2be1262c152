using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ShiftReminders.Web.Access.Passwords;
using ShiftReminders.Web.Access.SecondFactor;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Web.Access;

/// <summary>How somebody who is signed in can show again who they are.</summary>
public enum ProofKind
{
    Password,

    /// <summary>A code of the second factor, or a recovery code.</summary>
    Code,

    /// <summary>By signing in again with the OpenID provider.</summary>
    OpenId,
}

/// <param name="Problem">Why it is no proof, as a sentence; null: it is one.</param>
/// <param name="Wait">How long the next try has to wait; zero when it need not.</param>
public readonly record struct ProofAnswer(string? Problem, TimeSpan Wait = default);

/// <summary>Lets the holder of a session prove again who they are, which acts that give access ask for.</summary>
public sealed class Proofs(
    IServiceScopeFactory scopes, Standings standings, Sessions sessions, SecondFactors factors, SignInThrottle throttle, IOptions<AccessOptions> options,
    SecurityEvents events)
{
    internal const string Ended = "Your sign-in has ended. Sign in again.";

    /// <summary>Whether the person has shown lately who they are, so that they need not again.</summary>
    public async Task<bool> IsFreshAsync(ClaimsPrincipal person, CancellationToken cancellationToken) =>
        await standings.FindAsync(person, cancellationToken) is { } standing && standing.ProvedAgo <= options.Value.ProofLasts;

    /// <summary>What the person has to prove it with; null: their session has ended.</summary>
    public async Task<ProofKind?> KindAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (await standings.FindAsync(person, cancellationToken) is not { } standing) return null;
        await using var scope = scopes.CreateAsyncScope();
        return await FindAsync(scope, standing) is { } account ? KindOf(account) : null;
    }

    /// <summary>The session counts as proved from now when <paramref name="secret"/> is right.</summary>
    /// <param name="person">Whose session.</param>
    /// <param name="secret">The password, or the code, as <see cref="KindAsync"/> says.</param>
    /// <param name="cancellationToken">Gives up; nothing is proved then.</param>
    public async Task<ProofAnswer> ProveAsync(ClaimsPrincipal person, string secret, CancellationToken cancellationToken)
    {
        if (await standings.FindAsync(person, cancellationToken) is not { } standing) return new(Ended);
        var attempt = throttle.BeginFor($"proof {standing.AccountId}");
        if (attempt.MustWait) return new("Too many failed attempts.", attempt.Wait);
        await using var scope = scopes.CreateAsyncScope();
        if (await FindAsync(scope, standing) is not { } account) return new(Ended);
        var kind = KindOf(account);
        var right = kind switch
        {
            ProofKind.Code => await factors.IsRightAsync(account.Id, secret, cancellationToken),
            ProofKind.Password => await scope.ServiceProvider.GetRequiredService<PasswordCheck>().IsRightAsync(account, secret),
            _ => false,
        };
        if (!right)
        {
            events.ProofRefused(account.Id, ClientAddress.Of(person), kind == ProofKind.Code ? "code" : "present password");
            return new(kind == ProofKind.Code ? "The code is wrong, or was used before." : "The password is wrong.");
        }
        attempt.Succeeded();
        return new(await sessions.ProveAsync(standing.SessionId, cancellationToken) ? null : Ended);
    }

    // Who has a second factor shows that: it is more than a password that lies in the same browser's memory.
    private ProofKind KindOf(Account account) => account switch
    {
        { TwoFactorEnabled: true } => ProofKind.Code,
        { PasswordHash: not null } when options.Value.PasswordSignIn => ProofKind.Password,
        _ => ProofKind.OpenId,
    };

    private static Task<Account?> FindAsync(AsyncServiceScope scope, Standing standing) =>
        scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByIdAsync(standing.AccountId.ToString());
}
