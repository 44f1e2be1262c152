using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace ShiftReminders.Web.Processing;

/// <summary>Keeps this replica within its share of the provider's quota.</summary>
internal sealed class SendRate(IOptions<ProcessorOptions> options) : IDisposable
{
    private readonly Lock gate = new();
    private volatile RateShare share = new(options.Value.RateLimit, 1);

    /// <summary>The most messages that one <see cref="TryAcquireAsync"/> can ask for.</summary>
    public int Burst => share.Burst;

    public double PerSecond => share.PerSecond;

    /// <summary>Divides the quota anew when replicas come or go.</summary>
    public void ShareWith(int replicas)
    {
        lock (gate)
        {
            if (share.Replicas == replicas || replicas < 1) return;
            var former = share;
            share = new RateShare(options.Value.RateLimit, replicas);
            former.Dispose();
        }
    }

    /// <summary>Waits for <paramref name="messages"/> permits; false: not within <paramref name="within"/>.</summary>
    public async ValueTask<bool> TryAcquireAsync(int messages, TimeSpan within, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = share;
            if (messages > current.Burst) return false;
            var answer = current.TryAcquire(messages) ? RateAnswer.Granted
                : await current.AcquireAsync(messages, within, cancellationToken);
            if (answer != RateAnswer.ShareReplaced) return answer == RateAnswer.Granted;
        }
    }

    public void Dispose() => share.Dispose();
}

internal enum RateAnswer
{
    Granted,
    TooLate,
    ShareReplaced,
}

/// <summary>One replica's part of the quota, for a given number of replicas.</summary>
internal sealed class RateShare : IDisposable
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    private readonly TokenBucketRateLimiter limiter;

    public RateShare(int perMinute, int replicas)
    {
        Replicas = replicas;
        PerSecond = perMinute / 60.0 / replicas;
        Burst = Math.Max(1, (int)PerSecond);
        var perPeriod = PerSecond * ShortestPeriod.TotalSeconds;
        limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = Math.Max(1, (int)perPeriod),
            ReplenishmentPeriod = perPeriod >= 1 ? ShortestPeriod : TimeSpan.FromSeconds(1 / PerSecond),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public int Replicas { get; }

    public double PerSecond { get; }

    public int Burst { get; }

    public bool TryAcquire(int messages)
    {
        try
        {
            using var lease = limiter.AttemptAcquire(messages);
            return lease.IsAcquired;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public async ValueTask<RateAnswer> AcquireAsync(int messages, TimeSpan within, CancellationToken cancellationToken)
    {
        if (within <= TimeSpan.Zero) return RateAnswer.TooLate;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(within);
        try
        {
            using var lease = await limiter.AcquireAsync(messages, deadline.Token);
            return lease.IsAcquired ? RateAnswer.Granted : RateAnswer.ShareReplaced;
        }
        catch (ObjectDisposedException)
        {
            return RateAnswer.ShareReplaced;
        }
        catch (OperationCanceledException)
        {
            return RateAnswer.TooLate;
        }
    }

    public void Dispose() => limiter.Dispose();
}
