using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Processing;

namespace ShiftReminders.Tests.Processing;

/// <summary>The processor as the app composes it, on a real database as the app's role, without Quartz.</summary>
internal sealed class ProcessorRig : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public ProcessorRig(NpgsqlDataSource database, Action<ProcessorOptions>? configure = null, TimeProvider? clock = null)
    {
        var options = new ProcessorOptions { Name = $"rig-{Guid.NewGuid():n}" };
        configure?.Invoke(options);
        var collection = new ServiceCollection()
            .AddSingleton(database)
            .AddSingleton<IPushSender>(Sender)
            .AddSingleton(Options.Create(options))
            .AddSingleton<IWakeUp>(WakeUps)
            .AddLogging(logging => logging.AddProvider(Log))
            .AddProcessor()
            .AddSingleton<Watchdog>();
        if (clock is not null) collection.AddSingleton(clock);
        services = collection.BuildServiceProvider();
        Name = options.Name;
    }

    public string Name { get; }

    public FakePushSender Sender { get; } = new();

    public WakeUpRecorder WakeUps { get; } = new();

    public LogRecorder Log { get; } = new();

    public QueueProcessor Processor => services.GetRequiredService<QueueProcessor>();

    public DeliveryLine Line => services.GetRequiredService<DeliveryLine>();

    public Watchdog Watchdog => services.GetRequiredService<Watchdog>();

    public SendRate Rate => services.GetRequiredService<SendRate>();

    public Task<PassResult> RunOnceAsync() => Processor.RunOnceAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => services.DisposeAsync();

    internal sealed class WakeUpRecorder : IWakeUp
    {
        public ConcurrentQueue<TimeSpan> Delays { get; } = new();

        public void Within(TimeSpan delay) => Delays.Enqueue(delay);
    }
}

/// <summary>Keeps what was logged, with the names of its values.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    public ConcurrentQueue<Entry> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue(new Entry(
            logLevel, formatter(state, exception), exception,
            (state as IEnumerable<KeyValuePair<string, object?>> ?? []).DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value), eventId.Id));

    public void Dispose()
    {
        // Holds nothing.
    }

    internal sealed record Entry(LogLevel Level, string Text, Exception? Exception, Dictionary<string, object?> Values, int EventId);
}
