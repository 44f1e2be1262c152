using System.Net;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>
/// A JSON request body that is written as late as possible. It knows whether its first byte was handed to the connection:
/// until then the provider cannot have acted on it, whatever went wrong.
/// </summary>
internal sealed class PooledJsonContent : HttpContent
{
    private readonly Func<PooledBuffer> write;
    private readonly PushWindow window;
    private readonly int length;
    private PooledBuffer body;
    private long secondsToLive;
    private int writers;

    /// <param name="write">Makes the body; called again when the push had to wait, as its time to live has changed.</param>
    /// <param name="window">Outside it nothing is written.</param>
    public PooledJsonContent(Func<PooledBuffer> write, PushWindow window)
    {
        (this.write, this.window) = (write, window);
        secondsToLive = SecondsToLive;
        body = write();
        length = body.Length;
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
    }

    public bool WritingBegan { get; private set; }

    /// <summary>A connection was free when nothing was to be handed over any more.</summary>
    public bool CameTooLate { get; private set; }

    private long SecondsToLive => (long)window.UntilExpiry.TotalSeconds;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (window.IsOver)
        {
            CameTooLate = true;
            throw new IOException("The window closed before a connection was free.");
        }
        if (secondsToLive != SecondsToLive && !WritingBegan)
            WriteAnew();
        WritingBegan = true;
        Interlocked.Increment(ref writers);
        await stream.WriteAsync(body.Memory, cancellationToken).ConfigureAwait(false);
        Interlocked.Decrement(ref writers);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;

        // An answer can overtake the request (HTTP/2), and a write can have failed half-way: then the memory is not
        // ours to give back.
        if (Volatile.Read(ref writers) == 0)
            body.Dispose();
        else
            body.Abandon();
        base.Dispose(disposing);
    }

    /// <summary>The length has been announced by now; a number with fewer digits leaves room, which JSON lets us fill with blanks.</summary>
    private void WriteAnew()
    {
        secondsToLive = SecondsToLive;
        body.Dispose();
        body = write();
        var room = length - body.Length;
        if (room <= 0)
            return;
        body.GetSpan(room)[..room].Fill((byte)' ');
        body.Advance(room);
    }
}
