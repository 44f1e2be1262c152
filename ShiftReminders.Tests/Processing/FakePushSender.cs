using System.Collections.Concurrent;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Processing;

/// <summary>A channel that does what the test says and remembers what it was handed.</summary>
internal sealed class FakePushSender : IPushSender
{
    private int inFlight;
    private int mostInFlight;

    public string Channel { get; init; } = "Fake";

    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    public ConcurrentQueue<HandedOver> HandedOver { get; } = new();

    public int MostInFlight => mostInFlight;

    public int InFlight => inFlight;

    public int Probes { get; private set; }

    /// <summary>What becomes of a push to a device; accepted unless the test says otherwise.</summary>
    public Func<PushMessage, PushTarget, CancellationToken, Task<PushResult>> Answer { get; set; } =
        (_, target, _) => Task.FromResult(Accepted(target));

    public Func<PushTarget?, PushResult> Probe { get; set; } = _ => Result("probe", PushOutcome.Accepted);

    /// <summary>No probe is answered before it ends.</summary>
    public Task ProbesHeld { get; set; } = Task.CompletedTask;

    public async Task<IReadOnlyList<PushResult>> SendAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        HandedOver.Enqueue(new HandedOver(message, [.. targets], TimeProvider.System.GetUtcNow()));
        InterlockedMax(Interlocked.Increment(ref inFlight));
        try
        {
            var results = new List<PushResult>();
            foreach (var target in targets) results.Add(await Answer(message, target, cancellationToken));
            return results;
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    public async Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        Probes++;
        await ProbesHeld.WaitAsync(cancellationToken);
        return Probe(target);
    }

    public static PushResult Accepted(PushTarget target) => Result(target.DeviceId, PushOutcome.Accepted) with
    {
        HttpStatus = 200,
        ProviderMessageId = "projects/fake/messages/1",
    };

    public static PushResult Result(string device, PushOutcome outcome) => new() { DeviceId = device, Outcome = outcome };

    private void InterlockedMax(int value)
    {
        for (var seen = mostInFlight; value > seen; seen = mostInFlight)
            if (Interlocked.CompareExchange(ref mostInFlight, value, seen) == seen)
                return;
    }
}

internal sealed record HandedOver(PushMessage Message, IReadOnlyList<PushTarget> Targets, DateTimeOffset At);
