using System.Diagnostics;

namespace ShiftReminders.Tests.Support;

/// <summary>
/// The real Supabase CLI, from its npm package, installed once into <c>.local/</c>. The package holds the program
/// itself: no install script runs and nothing else is downloaded.
/// </summary>
public static class SupabaseCli
{
    private const string Version = "3.1.0";

    /// <summary>Its home: whatever it keeps lies there.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, ".local", $"supabase-cli-{Version}");

    private static readonly Lazy<Task<string>> Program = new(InstallAsync);

    public static Task<string> ProgramAsync() => Program.Value;

    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(await Program.Value, arguments);
        start.Environment["HOME"] = Folder;
        start.Environment["DO_NOT_TRACK"] = "1";
        return await Commands.TryRunAsync(start);
    }

    private static async Task<string> InstallAsync()
    {
        var program = Path.Combine(Folder, "node_modules", ".bin", "supabase");
        if (!File.Exists(program))
            await Commands.RunAsync(
                "npm", "install", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund", $"supabase@{Version}");
        return program;
    }
}
