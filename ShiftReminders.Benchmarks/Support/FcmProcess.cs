using System.Globalization;
using System.Text.Json;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>The fake FCM seen from the benchmark.</summary>
internal sealed class FcmProcess : IAsyncDisposable
{
    private readonly Child child;
    private readonly Dictionary<string, string>[] settings;

    private FcmProcess(Child child, Dictionary<string, string>[] settings) => (this.child, this.settings) = (child, settings);

    public int ProcessId => child.ProcessId;

    public IReadOnlyDictionary<string, string> Http2Settings => settings[1];

    public static async Task<FcmProcess> StartAsync()
    {
        var child = Child.Start("fake-fcm", new Dictionary<string, string>());
        return new FcmProcess(child, JsonSerializer.Deserialize<Dictionary<string, string>[]>(await child.AnswerAsync())!);
    }

    public Task SetLatencyAsync(TimeSpan latency) =>
        child.AskAsync(string.Create(CultureInfo.InvariantCulture, $"latency {latency.TotalMilliseconds}"));

    public Task ForgetAsync() => child.AskAsync("forget");

    public async Task<int> CountAsync() => int.Parse(await child.AskAsync("count"), CultureInfo.InvariantCulture);

    /// <summary>Each token with the moment at which its message came.</summary>
    public async Task<IReadOnlyList<(string Token, DateTimeOffset At)>> ReceivedAsync()
    {
        var file = Path.GetTempFileName();
        await child.AskAsync($"received {file}");
        var lines = await File.ReadAllLinesAsync(file);
        File.Delete(file);
        return [.. lines.Select(line => line.Split('\t')).Select(parts =>
            (parts[0], new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero)))];
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
