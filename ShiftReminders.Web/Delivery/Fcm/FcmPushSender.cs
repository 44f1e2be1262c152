using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.Fcm;

/// <summary>Sends through FCM's HTTP v1 API, one request per device.</summary>
/// <remarks>
/// No retry in here but for what cannot have been delivered (no connection, a refused access token): the queue's
/// retries survive a restart, and know when the reminder has lost its use.
/// </remarks>
internal sealed class FcmPushSender : IPushSender, IDisposable
{
    private const int MaxPayloadBytes = 4096;
    private const int MaxReplyBytes = 64 * 1024;
    private const int MaxParallelDevices = 50;
    private const string ProbeTopic = "shift-reminders-probe";

    private readonly ProviderConnection connection;
    private readonly FcmAccessTokens accessTokens;
    private readonly FcmOptions options;
    private readonly TimeProvider time;
    private readonly Uri sendUrl;

    public FcmPushSender(FcmOptions options, TimeProvider time)
        : this(options, FcmCredentials.Read(options.CredentialsPath), time)
    {
    }

    private FcmPushSender(FcmOptions options, FcmCredentials credentials, TimeProvider time)
    {
        var account = credentials.Account ?? throw new InvalidOperationException(credentials.Fault);
        var project = options.ProjectId ?? credentials.ProjectId;
        this.options = options;
        this.time = time;
        sendUrl = new Uri(options.Endpoint, $"/v1/projects/{project}/messages:send");
        accessTokens = new FcmAccessTokens(account, options.RequestTimeout, time);
        connection = new ProviderConnection(
            ProviderHandler.Create(options.ConnectTimeout, options.ConnectionLifetime, options.MaxConnections), time);
        Channel = $"Fcm:{project}";
    }

    public string Channel { get; }

    public TimeSpan RequestTimeout => options.RequestTimeout;

    public async Task<IReadOnlyList<PushResult>> SendAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        if (targets.Count == 1)
            return [await SendToAsync(message, targets[0], dryRun, cancellationToken).ConfigureAwait(false)];

        var results = new PushResult[targets.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelDevices, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, targets.Count, limits, async (i, stop) =>
            results[i] = await SendToAsync(message, targets[i], dryRun, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }

    public async Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        var message = ProbeMessage.Within(options.RequestTimeout, time);
        if (target is not null)
            return await SendToAsync(message, target, dryRun: true, cancellationToken).ConfigureAwait(false);

        var started = time.GetTimestamp();
        var verdict = await ExchangeAsync(message, ("topic", ProbeTopic), true, [], cancellationToken).ConfigureAwait(false);
        return verdict.For(null, time.GetElapsedTime(started));
    }

    public void Dispose()
    {
        connection.Dispose();
    }

    private async Task<PushResult> SendToAsync(
        PushMessage message, PushTarget target, bool dryRun, CancellationToken cancellationToken)
    {
        if (RefusedUnsent(message, target) is { } refused)
            return refused.For(target, TimeSpan.Zero);

        using var activity = DeliveryTracing.StartDevice(Channel, message, target);
        var started = time.GetTimestamp();
        var verdict = await ExchangeAsync(message, ("token", target.Token), dryRun, [target], cancellationToken)
            .ConfigureAwait(false);
        var result = verdict.For(target, time.GetElapsedTime(started));
        DeliveryTracing.Finish(activity, result);
        return result;
    }

    private async Task<Verdict> ExchangeAsync(
        PushMessage message, (string, string) recipient, bool dryRun, PushTarget[] secrets, CancellationToken cancellationToken)
    {
        if (await AuthorizationAsync(message.Window, cancellationToken).ConfigureAwait(false) is not { } authorization)
            return Verdict.TooLate;
        var verdict = await TryAsync(message, recipient, dryRun, authorization, cancellationToken).ConfigureAwait(false);
        if (verdict.ErrorCode == PushErrorCode.ConnectFailure)
            verdict = await TryAsync(message, recipient, dryRun, authorization, cancellationToken).ConfigureAwait(false);
        if (FcmVerdict.IsRefusedToken(verdict)
            && await accessTokens.RenewAsync(authorization, cancellationToken).ConfigureAwait(false) is { } renewed)
            verdict = await TryAsync(message, recipient, dryRun, renewed, cancellationToken).ConfigureAwait(false);

        return verdict.Detail is { } detail ? verdict with { Detail = Redaction.Of(detail, message, secrets) } : verdict;
    }

    /// <summary>Null: the window closed meanwhile.</summary>
    private async ValueTask<FcmAuthorization?> AuthorizationAsync(PushWindow window, CancellationToken cancellationToken)
    {
        var authorization = accessTokens.GetAsync(CancellationToken.None);
        if (authorization.IsCompletedSuccessfully)
            return authorization.Result;

        using var closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, window.Closed);
        try
        {
            return await authorization.AsTask().WaitAsync(closed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing was written yet, so this is an answer.
            return null;
        }
    }

    private async Task<Verdict> TryAsync(
        PushMessage message,
        (string, string) recipient,
        bool dryRun,
        FcmAuthorization authorization,
        CancellationToken cancellationToken)
    {
        if (authorization.Fault is not null)
            return authorization.Verdict;
        if (message.Window.IsOver)
            return Verdict.TooLate;

        using var request = new HttpRequestMessage(HttpMethod.Post, sendUrl)
        {
            Version = options.HttpVersion,
            VersionPolicy = options.HttpVersionPolicy,
        };
        var content = new PooledJsonContent(
            () => FcmRequestJson.Write(message, recipient, options.AndroidChannelId, time.GetUtcNow(), dryRun), message.Window);
        request.Headers.TryAddWithoutValidation("Authorization", authorization.Header);
        using var reply = await connection
            .ExchangeAsync(request, content, message.Window, options.RequestTimeout, MaxReplyBytes, cancellationToken).ConfigureAwait(false);
        return FcmVerdict.Of(reply);
    }

    private static Verdict? RefusedUnsent(PushMessage message, PushTarget target)
    {
        if (FcmToken.Fault(target.Token) is { } fault)
            return new Verdict(PushOutcome.Gone, PushErrorCode.InvalidArgument, fault);

        var bytes = FcmRequestJson.PayloadBytes(message);
        return bytes <= MaxPayloadBytes ? null : new Verdict(
            PushOutcome.Rejected,
            PushErrorCode.PayloadTooLarge,
            $"Title, body and data are {bytes:N0} bytes; FCM takes {MaxPayloadBytes:N0}. Shorten the rule's text.");
    }
}
