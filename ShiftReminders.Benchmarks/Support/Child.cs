using System.Diagnostics;

namespace ShiftReminders.Benchmarks.Support;

/// <summary>This program once more, in a process of its own, told what to do line by line. Ends with its input.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process process;

    private Child(Process process) => this.process = process;

    public int ProcessId => process.Id;

    public static Child Start(string verb, IReadOnlyDictionary<string, string> settings) =>
        Start(["dotnet", typeof(Child).Assembly.Location, verb], settings);

    /// <summary>Another program that is told what to do in the same way.</summary>
    public static Child Start(IReadOnlyList<string> program, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new Child(Process.Start(start)!);
    }

    public async Task<string> AskAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        return await AnswerAsync();
    }

    public async Task<string> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException($"A process of the benchmark ended with {process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
