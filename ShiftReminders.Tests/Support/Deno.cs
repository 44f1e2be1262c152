using System.Diagnostics;

namespace ShiftReminders.Tests.Support;

/// <summary>
/// The real Deno, which runs Supabase's edge functions, from its npm package, installed once into <c>.local/</c>. A
/// package beside it holds the program itself: no install script runs and nothing else is downloaded.
/// </summary>
public static class Deno
{
    private const string Version = "2.9.6";

    private static readonly string Folder = Path.Combine(Repository.Root, ".local", $"deno-{Version}");

    private static readonly Lazy<Task<string>> Program = new(InstallAsync);

    /// <summary>Starts a script that may reach this machine and its environment, and nothing else.</summary>
    public static async Task<Process> StartAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(
            await Program.Value, ["run", "--no-remote", "--no-lock", "--no-prompt", "--allow-env", "--allow-net=127.0.0.1", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DENO_DIR"] = Path.Combine(Folder, "cache");
        start.Environment["DENO_NO_UPDATE_CHECK"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<string> InstallAsync()
    {
        if (Installed() is { } already)
            return already;
        await Commands.RunAsync(
            "npm", "install", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund", $"deno@{Version}");
        return Installed() ?? throw new InvalidOperationException($"npm's deno@{Version} holds no program for this machine.");
    }

    private static string? Installed()
    {
        var packages = Path.Combine(Folder, "node_modules", "@deno");
        return Directory.Exists(packages)
            ? Directory.EnumerateFiles(packages, "deno", SearchOption.AllDirectories).FirstOrDefault()
            : null;
    }
}
