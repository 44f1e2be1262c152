using ShiftReminders.Tests.Support;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>A process's resident memory while something runs, looked at every second.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource ended = new();
    private readonly List<double> seen = [];
    private readonly RunningApp app;
    private readonly Task watching;

    private MemoryWatch(RunningApp app)
    {
        this.app = app;
        watching = WatchAsync();
    }

    public double Start => seen[0];

    public double Peak => seen.Max();

    public double End => seen[^1];

    public static MemoryWatch Of(RunningApp app) => new(app);

    /// <summary>Ends the watch; only then are there figures.</summary>
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        ended.Dispose();
        seen.Add(ProcessorTime.Memory(app.ProcessId));
    }

    public override string ToString() => $"{Figures.Megabytes(Start)} / {Figures.Megabytes(Peak)} / {Figures.Megabytes(End)}";

    private async Task WatchAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            seen.Add(ProcessorTime.Memory(app.ProcessId));
            await Task.Delay(Every, TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
