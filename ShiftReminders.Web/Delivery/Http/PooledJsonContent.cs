using System.Net;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>
/// A JSON request body that knows whether its first byte was handed to the connection: until then the provider
/// cannot have acted on it, whatever went wrong.
/// </summary>
internal sealed class PooledJsonContent : HttpContent
{
    private readonly PooledBuffer body;
    private int writers;

    public PooledJsonContent(PooledBuffer body)
    {
        this.body = body;
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
    }

    public bool WritingBegan { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        WritingBegan = true;
        Interlocked.Increment(ref writers);
        await stream.WriteAsync(body.Memory, cancellationToken).ConfigureAwait(false);
        Interlocked.Decrement(ref writers);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
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
}
