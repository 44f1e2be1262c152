using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Components.Authorization;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Shifts;

namespace ShiftReminders.Web.Components.Shared;

/// <summary>Looks for people as somebody types. Each search reads the host's list, so an account's searches take turns.</summary>
public sealed class PersonSearch(People people, SearchTurns turns, AuthenticationStateProvider authentication)
{
    /// <summary>What is said where people could not be read.</summary>
    public const string Failed = "People could not be looked up. Type again in a moment.";

    /// <summary>As <see cref="People.FindAsync"/>, when it is this search's turn.</summary>
    /// <exception cref="TimeoutException">Too many of this account's searches are waiting already.</exception>
    public async Task<IReadOnlyList<Person>> FindAsync(string? words, int most, CancellationToken cancellationToken)
    {
        var person = (await authentication.GetAuthenticationStateAsync()).User;
        using var turn = await turns.TakeAsync(person, cancellationToken);
        return await people.FindAsync(words, most, cancellationToken);
    }
}

/// <summary>The turns of this replica's searches.</summary>
public sealed class SearchTurns : IDisposable
{
    private const int AtOnce = 2;
    private const int Waiting = 100;

    private readonly PartitionedRateLimiter<Guid> limiter = PartitionedRateLimiter.Create<Guid, Guid>(static account =>
        RateLimitPartition.GetConcurrencyLimiter(account, static _ => new() { PermitLimit = AtOnce, QueueLimit = Waiting }));

    public async Task<IDisposable> TakeAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var turn = await limiter.AcquireAsync(person.AccountId() ?? Guid.Empty, permitCount: 1, cancellationToken);
        return turn.IsAcquired ? turn : throw new TimeoutException("Too many searches of this account are waiting.");
    }

    public void Dispose() => limiter.Dispose();
}
