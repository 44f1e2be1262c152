using System.Collections.Concurrent;
using System.Diagnostics;

namespace ShiftReminders.Tests.Support;

/// <summary>The real app as a process of its own on a free port: it can be stalled, stopped and killed.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = [];

    private RunningApp(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>All that the app has written so far.</summary>
    public string Log => string.Join('\n', lines);

    /// <summary>Starts the app and waits until it answers.</summary>
    /// <param name="settings">Its environment, as <c>Delivery__Channel</c> = <c>Sandbox</c>.</param>
    public static async Task<RunningApp> StartAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var app = Launch(settings);
        using var http = new HttpClient { BaseAddress = app.Address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.TrueAsync("the app answers", Patience, () => app.AnswersAsync(http));
            return app;
        }
        catch
        {
            // Nobody else could end it any more.
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the app and waits until it has ended: for a start that must fail, and for verbs.</summary>
    public static Task<CommandResult> RunToEndAsync(IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments) =>
        RunToEndAsync(settings, input: null, arguments);

    public static Task<CommandResult> RunToEndAsync(
        IEnumerable<KeyValuePair<string, string>> settings, string? input, string[] arguments) =>
        Commands.TryRunAsync(StartInfo(settings, arguments), input);

    /// <summary>Sends a signal such as <c>KILL</c>, <c>STOP</c>, <c>CONT</c> or <c>TERM</c>.</summary>
    public Task SignalAsync(string name) => Commands.RunAsync("kill", $"-{name}", $"{ProcessId}");

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Ends the app as an orchestrator does; the result is its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await Eventually.EndsAsync("the app ends after SIGTERM", Patience, process.WaitForExitAsync(CancellationToken.None));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private static RunningApp Launch(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var start = StartInfo([new("ASPNETCORE_URLS", address.ToString()), .. settings], []);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var app = new RunningApp(Process.Start(start)!, address);
        app.process.OutputDataReceived += (_, line) => app.Keep(line.Data);
        app.process.ErrorDataReceived += (_, line) => app.Keep(line.Data);
        app.process.BeginOutputReadLine();
        app.process.BeginErrorReadLine();
        return app;
    }

    /// <summary>The program as this run of the tests was built with.</summary>
    public static string Assembly { get; } = Path.Combine(
        Project, "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "ShiftReminders.Web.dll");

    private static string Project => Path.Combine(Repository.Root, "ShiftReminders.Web");

    private static ProcessStartInfo StartInfo(IEnumerable<KeyValuePair<string, string>> settings, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { WorkingDirectory = Project };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        if (process.HasExited)
            Assert.Fail($"The app ended with {process.ExitCode}:\n{Log}");
        try
        {
            using var answer = await http.GetAsync("/", TestContext.Current.CancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
