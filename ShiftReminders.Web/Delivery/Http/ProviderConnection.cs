using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>One request, one answer: with a time limit, a size limit, and every fault as a value.</summary>
internal sealed class ProviderConnection(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    // HttpClient would add a second time-out and a second buffer to each request.
    private readonly HttpMessageInvoker invoker = new(handler, disposeHandler: true);

    /// <summary>Sends a push within its window. See the other overload.</summary>
    public async Task<ProviderReply> ExchangeAsync(
        HttpRequestMessage request, PooledJsonContent content, PushWindow window, TimeSpan timeout, int maxReplyBytes, CancellationToken cancellationToken)
    {
        request.Content = content;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // What waits for a connection goes back at once; what was written waits for its answer.
        await using var closing = window.Closed.UnsafeRegister(
            static state =>
            {
                var (waiting, deadline) = ((PooledJsonContent, CancellationTokenSource))state!;
                if (!waiting.WritingBegan) deadline.Cancel();
            },
            (content, deadline)).ConfigureAwait(false);
        return await ExchangeAsync(request, deadline, window.Limit(timeout), maxReplyBytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends and reads the whole answer. Throws only when <paramref name="cancellationToken"/> is cancelled and the
    /// request may have been acted on.
    /// </summary>
    public async Task<ProviderReply> ExchangeAsync(
        HttpRequestMessage request, TimeSpan timeout, int maxReplyBytes, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await ExchangeAsync(request, deadline, timeout, maxReplyBytes, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => invoker.Dispose();

    private async Task<ProviderReply> ExchangeAsync(
        HttpRequestMessage request, CancellationTokenSource deadline, TimeSpan timeout, int maxReplyBytes, CancellationToken cancellationToken)
    {
        deadline.CancelAfter(timeout);
        int? status = null;
        try
        {
            using var response = await invoker.SendAsync(request, deadline.Token).ConfigureAwait(false);
            status = (int)response.StatusCode;
            return await ReadAsync(response, maxReplyBytes, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsUnwritten(request) && !deadline.IsCancellationRequested) // The connect time-out.
        {
            return new() { Fault = TransportFault.NotConnected, FaultText = "no connection in time" };
        }
        catch (OperationCanceledException) when (IsUnwritten(request))
        {
            return new() { Fault = TransportFault.NotWritten, FaultText = $"no connection was free within {timeout.TotalSeconds:0.#} s" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new() { Fault = TransportFault.Timeout, Status = status, FaultText = $"no answer within {timeout.TotalSeconds:0.#} s" };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            if (request.Content is PooledJsonContent { CameTooLate: true })
                return new() { Fault = TransportFault.NotWritten };
            return IsUnwritten(request) || IsNoConnection(fault)
                ? new() { Fault = TransportFault.NotConnected, FaultText = FaultWords.Of(fault) }
                : new() { Fault = TransportFault.ConnectionLost, Status = status, FaultText = FaultWords.Of(fault) };
        }
    }

    private static bool IsUnwritten(HttpRequestMessage request) => request.Content is PooledJsonContent { WritingBegan: false };

    private static bool IsNoConnection(Exception fault) => fault is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    private async Task<ProviderReply> ReadAsync(
        HttpResponseMessage response, int maxReplyBytes, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer(1024);
        try
        {
            var truncated = await ReadPartsAsync(response, body, maxReplyBytes, cancellationToken).ConfigureAwait(false);
            return new ProviderReply
            {
                Status = (int)response.StatusCode,
                MediaType = response.Content.Headers.ContentType?.MediaType,
                RetryAfter = response.IsSuccessStatusCode ? null : RetryAfter.Of(response.Headers, time),
                PlatformErrorCode = FirstOrNull(response.Headers, "sb-error-code"),
                Body = body,
                Truncated = truncated,
            };
        }
        catch
        {
            body.Abandon();
            throw;
        }
    }

    private static async Task<bool> ReadPartsAsync(
        HttpResponseMessage response, PooledBuffer body, int maxReplyBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadBodyAsync(response, body, maxReplyBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            // Not compressed as it says: an answer that cannot be read.
            return false;
        }
    }

    private static async Task<bool> ReadBodyAsync(
        HttpResponseMessage response, PooledBuffer body, int maxReplyBytes, CancellationToken cancellationToken)
    {
        var stream = Unpacked(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), response);
        while (body.Length <= maxReplyBytes)
        {
            var read = await stream.ReadAsync(body.GetMemory(512), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return false;
            body.Advance(read);
        }
        return true;
    }

    /// <summary>We ask for no compression, which would only cost; some gateways compress all the same.</summary>
    private static Stream Unpacked(Stream stream, HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.LastOrDefault()?.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(stream, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(stream, CompressionMode.Decompress),
            "BR" => new BrotliStream(stream, CompressionMode.Decompress),
            _ => stream,
        };

    private static string? FirstOrNull(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
