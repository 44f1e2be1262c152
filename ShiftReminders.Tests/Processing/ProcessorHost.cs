using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ShiftReminders.Web.Data;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>The processor with everything that wakes it: real Quartz, a real listener, a real host.</summary>
internal sealed class ProcessorHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private ProcessorHost(WebApplication app) => this.app = app;

    public FakePushSender Sender { get; private init; } = null!;

    public LogRecorder Log { get; private init; } = null!;

    public static Task<ProcessorHost> StartAsync(
        string connectionString, TimeSpan pollInterval, FakePushSender? sender = null, params (string Key, string Value)[] settings) =>
        StartAsync(connectionString, pollInterval, TimeProvider.System, sender, settings);

    public static async Task<ProcessorHost> StartAsync(
        string connectionString, TimeSpan pollInterval, TimeProvider clock, FakePushSender? sender = null, params (string Key, string Value)[] settings)
    {
        sender ??= new FakePushSender();
        var log = new LogRecorder();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:ShiftReminders", connectionString),
            new("Processor:PollInterval", pollInterval.ToString()),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Services.AddSingleton<IPushSender>(sender);
        builder.Services.AddSingleton(clock);
        builder.AddDatabase();
        builder.AddProcessing(clock);
        var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ProcessorHost(app) { Sender = sender, Log = log };
    }

    public bool Said(string beginning) =>
        Log.Entries.Any(entry => entry.Text.StartsWith(beginning, StringComparison.Ordinal));

    public async Task<HealthStatus> HealthAsync() =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status;

    public Task StopAsync() => app.StopAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
