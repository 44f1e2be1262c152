using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Limits sign-in attempts by address and account, before any password is hashed. Identity's lockout stops guessing one
/// account from many addresses; this stops one address from locking everybody out at leisure.
/// </summary>
public sealed class SignInThrottle(IOptions<AccessOptions> options) : IDisposable
{
    /// <summary>An office behind one address signs in more often than one person.</summary>
    private const int AddressFactor = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<Attempt> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Attempt, string>(attempt => Partition(
            $"{attempt.Address}|{attempt.Account}", options.Value.SignInsPerMinute)),
        PartitionedRateLimiter.Create<Attempt, string>(attempt => Partition(
            attempt.Address, options.Value.SignInsPerMinute * AddressFactor)));

    /// <summary>False when there were too many attempts lately.</summary>
    public bool Allows(string? address, string account)
    {
        using var lease = limiter.AttemptAcquire(new Attempt(address ?? "unknown", account.Trim().ToUpperInvariant()));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();

    private static RateLimitPartition<string> Partition(string key, int perMinute) =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = Window,
            SegmentsPerWindow = 6,
            QueueLimit = 0,
        });

    private readonly record struct Attempt(string Address, string Account);
}
