using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace ShiftReminders.Tests.Support;

/// <summary><c>./dev</c> with a private directory of its own instead of <c>.local/</c>.</summary>
public sealed class DevScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string script = Path.Combine(Repository.Root, "dev");
    private Process? up;

    public string LocalDirectory { get; } =
        Path.Combine(Path.GetTempPath(), $"shift-reminders-dev-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = StartInfo(arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Commands.TryRunAsync(start);
    }

    /// <summary>Starts <c>./dev up</c> and waits until it has printed where the portal is.</summary>
    public async Task<string> UpAsync()
    {
        var start = StartInfo("up");
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        up = Process.Start(start)!;
        var error = up.StandardError.ReadToEndAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(Patience);
        var said = "";
        while (await up.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            said += line + "\n";
            if (line.Contains("Ctrl-C", StringComparison.Ordinal))
                return said;
        }
        throw new InvalidOperationException($"./dev up ended: {said}{await error}");
    }

    /// <summary>Ends <c>./dev up</c> and waits until it has stopped everything.</summary>
    public async Task StopAsync()
    {
        await Commands.RunAsync("kill", "-TERM", $"{up!.Id}");
        await Eventually.EndsAsync("./dev up ends after SIGTERM", Patience, up.WaitForExitAsync(CancellationToken.None));
        up.Dispose();
        up = null;
    }

    public NpgsqlDataSource OpenDatabase()
    {
        var secrets = File.ReadAllLines(Path.Combine(LocalDirectory, "secrets"))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = int.Parse(File.ReadAllText(Path.Combine(LocalDirectory, "postgres", "port")), null),
            Database = "shift_reminders",
            Username = "owner",
            Password = secrets["owner_password"],
            Pooling = false,
        });
    }

    /// <summary>The processes that name the private directory in their command line.</summary>
    public async Task<string> ProcessesAsync() =>
        (await Commands.TryRunAsync(new ProcessStartInfo("pgrep", ["-af", $"{LocalDirectory}/postgres"]))).Output;

    public async ValueTask DisposeAsync()
    {
        if (up is not null)
            await StopAsync();
        await RunAsync("reset");
    }

    private ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [script, .. arguments]);
        start.Environment["SHIFT_REMINDERS_LOCAL"] = LocalDirectory;
        start.Environment["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/');
        return start;
    }
}
