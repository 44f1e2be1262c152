using ShiftReminders.Web.Delivery.Http;

namespace ShiftReminders.Web.Delivery.SendFcm;

/// <summary>Sends through the team's own edge function.</summary>
internal sealed class SendFcmPushSender : IPushSender, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    private readonly SendFcmOptions options;
    private readonly TimeProvider time;
    private readonly Uri url;
    private readonly SendFcmBody body;
    private readonly SendFcmJudge judge;
    private readonly IReadOnlyDictionary<string, string> headers;
    private readonly ProviderConnection connection;

    public SendFcmPushSender(SendFcmOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        url = options.Url ?? throw new InvalidOperationException("SEND_FCM_URL is not set.");
        body = new SendFcmBody(options);
        judge = new SendFcmJudge(options);
        headers = SendFcmHeaders.Of(options);
        connection = new ProviderConnection(
            ProviderHandler.Create(ConnectTimeout, ConnectionLifetime, options.MaxConnections), time);
        Channel = $"SendFcm:{url.Host}";
    }

    public string Channel { get; }

    public TimeSpan RequestTimeout => options.RequestTimeout;

    public async Task<IReadOnlyList<PushResult>> SendAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        var results = new Dictionary<PushTarget, PushResult>(ReferenceEqualityComparer.Instance);
        foreach (var call in Calls(targets))
        {
            foreach (var (target, result) in await CallAsync(message, call, dryRun, cancellationToken).ConfigureAwait(false))
                results[target] = result;
        }
        return [.. targets.Select(target => results[target])];
    }

    /// <summary>
    /// With a device and a template that knows <c>{dry_run}</c>, asks the function. Otherwise asks only whether it is
    /// there and lets us in (OPTIONS): a POST without a target has been known to reach everybody.
    /// </summary>
    public async Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        if (target is not null && body.KnowsDryRun)
            return (await SendAsync(ProbeMessage.Within(options.RequestTimeout, time), [target], dryRun: true, cancellationToken).ConfigureAwait(false))[0];

        var started = time.GetTimestamp();
        using var request = Request(HttpMethod.Options);
        using var reply = await connection
            .ExchangeAsync(request, options.RequestTimeout, options.MaxReplyBytes, cancellationToken).ConfigureAwait(false);
        return SendFcmProbe.Of(reply).For(target, time.GetElapsedTime(started));
    }

    public void Dispose() => connection.Dispose();

    /// <summary>Never one without a target.</summary>
    private IEnumerable<IReadOnlyList<PushTarget>> Calls(IReadOnlyList<PushTarget> targets) => options.Shape switch
    {
        SendFcmShape.Token => targets.Select(target => new[] { target }),
        SendFcmShape.Person => targets.GroupBy(target => target.UserId).Select(person => person.ToArray()),
        SendFcmShape.Tokens => targets.GroupBy(target => target.UserId).SelectMany(person => person.Chunk(options.MaxTokensPerCall)),
    };

    private async Task<IEnumerable<(PushTarget, PushResult)>> CallAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        if (dryRun && !body.KnowsDryRun)
            return targets.Select(target => (target, SendFcmProbe.NoDryRun.For(target, TimeSpan.Zero)));

        if (message.Window.IsOver)
            return targets.Select(target => (target, Verdict.TooLate.For(target, TimeSpan.Zero)));

        var started = time.GetTimestamp();
        using var activity = DeliveryTracing.StartDevice(Channel, message, targets[0]);
        using var request = Request(HttpMethod.Post);
        var content = new PooledJsonContent(() => body.Write(message, targets, dryRun), message.Window);
        using var reply = await connection
            .ExchangeAsync(request, content, message.Window, options.RequestTimeout, options.MaxReplyBytes, cancellationToken).ConfigureAwait(false);
        var latency = time.GetElapsedTime(started);
        var results = judge.Of(reply, targets.Count).Select((verdict, i) => Safe(verdict, message, targets).For(targets[i], latency)).ToArray();
        DeliveryTracing.Finish(activity, results[0]);
        return targets.Zip(results);
    }

    private static Verdict Safe(Verdict verdict, PushMessage message, IReadOnlyList<PushTarget> targets) =>
        verdict.Detail is { } detail ? verdict with { Detail = Redaction.Of(detail, message, targets) } : verdict;

    private HttpRequestMessage Request(HttpMethod method)
    {
        var request = new HttpRequestMessage(method, url)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
