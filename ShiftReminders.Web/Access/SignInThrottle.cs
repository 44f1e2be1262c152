using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Access;

/// <summary>
/// Makes whoever guesses wait, ever longer. What is counted belongs to one network and one account, so that nobody can keep
/// a person out from elsewhere; a browser that has signed in before is counted by itself, whatever its network does.
/// Each replica counts for itself.
/// </summary>
public sealed class SignInThrottle(IOptions<AccessOptions> options, TimeProvider time)
{
    /// <summary>An office behind one address signs in more often than one person.</summary>
    private const int NetworkFactor = 10;
    private const int MostCounts = 100_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly Lock turn = new();
    private readonly Dictionary<string, Count> counts = [];

    /// <summary>Counts an attempt as failed until <see cref="Attempt.Succeeded"/> says otherwise, so that many at once gain nothing.</summary>
    /// <param name="account">What was typed as the account; it need not exist.</param>
    /// <param name="address">Where the attempt comes from.</param>
    /// <param name="knownBrowser">Names the browser, when it has signed in to this account before.</param>
    public Attempt Begin(string account, IPAddress? address, string? knownBrowser = null)
    {
        var network = NetworkOf(address);
        var free = options.Value.FreeSignInFailures;
        return knownBrowser is not null
            ? Begin([new($"browser {knownBrowser}", free)])
            : Begin([new($"account {network} {account.Trim().ToUpperInvariant()}", free), new($"network {network}", free * NetworkFactor)]);
    }

    /// <summary>Counts for this subject, wherever the attempt comes from: for what only the holder of a password comes to.</summary>
    public Attempt BeginFor(string subject, string? knownBrowser = null) =>
        Begin([new($"subject {subject} {knownBrowser}", options.Value.FreeSignInFailures)]);

    private Attempt Begin(Limit[] limits)
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            var wait = limits.Max(limit => WaitOf(limit, now));
            if (wait > TimeSpan.Zero) return new Attempt(this, [], wait);
            foreach (var limit in limits) Add(limit.Key, now);
            return new Attempt(this, limits, TimeSpan.Zero);
        }
    }

    /// <summary>What one customer of a provider usually has: of IPv4 the first 24 bits, of IPv6 64.</summary>
    internal static string NetworkOf(IPAddress? address)
    {
        if (address is null) return "unknown";
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var kept = plain.AddressFamily == AddressFamily.InterNetwork ? 3 : 8;
        return Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, kept));
    }

    private TimeSpan WaitOf(Limit limit, DateTimeOffset now)
    {
        if (!counts.TryGetValue(limit.Key, out var count) || now - count.LastAt >= Forgotten) return TimeSpan.Zero;
        if (count.Failures < limit.Free) return TimeSpan.Zero;
        var doublings = Math.Min(count.Failures - limit.Free, 16);
        var wait = TimeSpan.FromTicks(Math.Min(FirstWait.Ticks << doublings, options.Value.LongestSignInWait.Ticks));
        return count.LastAt + wait - now;
    }

    private void Add(string key, DateTimeOffset now)
    {
        if (counts.Count >= MostCounts) Forget(now);
        var failures = counts.TryGetValue(key, out var count) && now - count.LastAt < Forgotten ? count.Failures : 0;
        counts[key] = new Count(failures + 1, now);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, count) in counts)
        {
            if (now - count.LastAt >= Forgotten) counts.Remove(key);
        }
        if (counts.Count >= MostCounts) counts.Remove(counts.MinBy(pair => pair.Value.LastAt).Key);
    }

    private void TakeBack(IReadOnlyList<Limit> limits)
    {
        lock (turn)
        {
            for (var at = 0; at < limits.Count; at++)
            {
                // The right password clears what was counted for the account, not the other accounts that the network tried.
                var key = limits[at].Key;
                if (at == 0) counts.Remove(key);
                else if (counts.TryGetValue(key, out var count)) counts[key] = count with { Failures = count.Failures - 1 };
            }
        }
    }

    /// <summary>One attempt that was let through, or the time to wait before the next.</summary>
    public sealed class Attempt
    {
        private readonly SignInThrottle throttle;
        private readonly IReadOnlyList<Limit> limits;

        internal Attempt(SignInThrottle throttle, IReadOnlyList<Limit> limits, TimeSpan wait) =>
            (this.throttle, this.limits, Wait) = (throttle, limits, wait);

        /// <summary>Zero: go on.</summary>
        public TimeSpan Wait { get; }

        public bool MustWait => Wait > TimeSpan.Zero;

        public void Succeeded() => throttle.TakeBack(limits);
    }

    internal readonly record struct Limit(string Key, int Free);

    private readonly record struct Count(int Failures, DateTimeOffset LastAt);
}
