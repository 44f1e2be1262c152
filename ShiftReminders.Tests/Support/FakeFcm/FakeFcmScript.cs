using System.Collections.Concurrent;

namespace ShiftReminders.Tests.Support.FakeFcm;

/// <summary>What the fake answers to which token.</summary>
public sealed class FakeFcmScript
{
    private readonly ConcurrentDictionary<string, FakeReply> always = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<FakeReply>> next = new();

    /// <summary>For tokens without a script of their own, and after it. May carry a latency for all.</summary>
    public FakeReply Otherwise { get; set; } = FakeReply.Accepted;

    /// <summary>These replies in this order, then <see cref="Otherwise"/>.</summary>
    public void Next(string token, params ReadOnlySpan<FakeReply> replies)
    {
        var queue = next.GetOrAdd(token, _ => new());
        foreach (var reply in replies)
            queue.Enqueue(reply);
    }

    public void Always(string token, FakeReply reply) => always[token] = reply;

    public FakeReply For(string token)
    {
        if (!next.IsEmpty && next.TryGetValue(token, out var queue) && queue.TryDequeue(out var reply))
            return reply;
        return !always.IsEmpty && always.TryGetValue(token, out var standing) ? standing : Otherwise;
    }
}
