using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>Who follows a document: a folder of their own, with the programs that it tells them to have.</summary>
internal sealed class Reader : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("shift-reminders-reader-").FullName;

    /// <summary>Their shell's environment: the programs are on its path.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment => [new("PATH", $"{Folder}:{System.Environment.GetEnvironmentVariable("PATH")}")];

    /// <summary>The program itself stands in for the image.</summary>
    public Task HasAppAsync() => HasProgramAsync(
        "app", $"cd '{Path.Combine(Repository.Root, "ShiftReminders.Web")}' && exec dotnet '{RunningApp.Assembly}' \"$@\"");

    public async Task HasSupabaseAsync() => await HasProgramAsync(
        "supabase", $"HOME='{SupabaseCli.Folder}' exec '{await SupabaseCli.ProgramAsync()}' \"$@\"");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task HasProgramAsync(string name, string script)
    {
        var path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        await Commands.RunAsync("chmod", "+x", path);
    }
}
