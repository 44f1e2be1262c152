using System.Buffers;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>A growing buffer on rented memory: at thousands of pushes a second every copy and every array counts.</summary>
internal sealed class PooledBuffer(int initialCapacity = 2048) : IBufferWriter<byte>, IDisposable
{
    private byte[]? rented = ArrayPool<byte>.Shared.Rent(initialCapacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => Array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, Length);

    private byte[] Array => rented ?? throw new ObjectDisposedException(nameof(PooledBuffer));

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return Array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return Array.AsSpan(Length);
    }

    public void Dispose()
    {
        if (rented is { } array)
            ArrayPool<byte>.Shared.Return(array);
        rented = null;
    }

    /// <summary>Lets go of the memory without giving it back: somebody may still be reading it.</summary>
    public void Abandon() => rented = null;

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= Array.Length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Array.Length * 2));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Array);
        rented = larger;
    }
}
