using System.Diagnostics;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>
/// What Kubernetes and Google publish about the shape of a manifest, from their npm packages, installed once into
/// <c>.local/</c>: no install script runs.
/// </summary>
internal static class PublishedSchemas
{
    private static readonly string Source = Path.Combine(Repository.Root, "ShiftReminders.Tests", "Deployment", "schemas");

    private static readonly string Folder = Path.Combine(Repository.Root, ".local", "schemas");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>A line for each object: valid, or what is wrong with it.</summary>
    public static async Task<CommandResult> JudgeKubernetesAsync(params IEnumerable<string> files)
    {
        await Installed.Value;
        return await Commands.TryRunAsync(new ProcessStartInfo("node", [Path.Combine(Folder, "kubernetes.mjs"), .. files]));
    }

    /// <summary>What the compiler says of a Cloud Run service: nothing when it is well formed.</summary>
    public static async Task<CommandResult> JudgeCloudRunAsync(string file)
    {
        await Installed.Value;
        var typed = Path.Combine(Folder, $"{Guid.NewGuid():N}.ts");
        await File.WriteAllTextAsync(
            typed, await Commands.RunAsync("node", Path.Combine(Folder, "cloud-run.mjs"), file), TestContext.Current.CancellationToken);
        var result = await Commands.TryRunAsync(new ProcessStartInfo(
            Path.Combine(Folder, "node_modules", ".bin", "tsc"),
            ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext", typed])
        { WorkingDirectory = Folder });
        File.Delete(typed);
        return result;
    }

    private static async Task InstallAsync()
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.GetFiles(Source))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)), overwrite: true);
        // With everything there already npm asks nobody and is done within a second.
        await Commands.RunAsync("npm", "install", "--prefix", Folder, "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
    }
}
