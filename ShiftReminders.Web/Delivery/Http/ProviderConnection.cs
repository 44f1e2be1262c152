using System.Net.Http.Headers;
using System.Net.Sockets;

namespace ShiftReminders.Web.Delivery.Http;

/// <summary>One request, one answer: with a time limit, a size limit, and every fault as a value.</summary>
internal sealed class ProviderConnection(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    // HttpClient would add a second time-out and a second buffer to each request.
    private readonly HttpMessageInvoker invoker = new(handler, disposeHandler: true);

    /// <summary>Sends and reads the whole answer. Throws only when <paramref name="cancellationToken"/> is cancelled.</summary>
    public async Task<ProviderReply> ExchangeAsync(
        HttpRequestMessage request, TimeSpan timeout, int maxReplyBytes, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        int? status = null;
        try
        {
            using var response = await invoker.SendAsync(request, deadline.Token).ConfigureAwait(false);
            status = (int)response.StatusCode;
            return await ReadAsync(response, maxReplyBytes, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken(request, TransportFault.Timeout, status, $"no answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            return Broken(request, TransportFault.ConnectionLost, status, FaultWords.Of(fault));
        }
    }

    public void Dispose() => invoker.Dispose();

    private async Task<ProviderReply> ReadAsync(
        HttpResponseMessage response, int maxReplyBytes, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer(1024);
        try
        {
            var truncated = await ReadBodyAsync(response, body, maxReplyBytes, cancellationToken).ConfigureAwait(false);
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

    private static async Task<bool> ReadBodyAsync(
        HttpResponseMessage response, PooledBuffer body, int maxReplyBytes, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (body.Length <= maxReplyBytes)
        {
            var read = await stream.ReadAsync(body.GetMemory(512), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return false;
            body.Advance(read);
        }
        return true;
    }

    private static ProviderReply Broken(HttpRequestMessage request, TransportFault fault, int? status, string text) =>
        request.Content is PooledJsonContent { WritingBegan: false }
            ? new() { Fault = TransportFault.NotWritten, FaultText = text }
            : new() { Fault = fault, Status = status, FaultText = text };

    private static string? FirstOrNull(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
