using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>An OpenTelemetry collector on the loopback that remembers the spans and the metrics it got.</summary>
public sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<CollectedSpan> spans = [];
    private readonly ConcurrentDictionary<CollectedMetric, bool> metrics = [];
    private readonly WebApplication app;

    private TraceCollector(WebApplication app) => this.app = app;

    public IReadOnlyCollection<CollectedSpan> Spans => spans;

    public IReadOnlyCollection<CollectedMetric> Metrics => [.. metrics.Keys];

    /// <summary>The environment of an app that is to report here.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("OTEL_EXPORTER_OTLP_ENDPOINT", app.Urls.First()), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        new("OTEL_BSP_SCHEDULE_DELAY", "200"), new("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
    ];

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        collector.app.MapPost("/v1/traces", collector.TakeSpansAsync);
        collector.app.MapPost("/v1/metrics", collector.TakeMetricsAsync);
        await collector.app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeSpansAsync(HttpRequest request)
    {
        foreach (var span in CollectedSpan.Read(await BodyAsync(request)))
            spans.Enqueue(span);
    }

    private async Task TakeMetricsAsync(HttpRequest request)
    {
        foreach (var metric in CollectedMetric.Read(await BodyAsync(request)))
            metrics[metric] = true;
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
