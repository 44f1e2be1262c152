using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Deployment;

/// <summary>What the app brings of others: locked, listed with its licence, and under no other licence than these.</summary>
public sealed partial class PackageTests
{
    private static readonly string[] Licences = ["Apache-2.0", "MIT", "PostgreSQL"];

    // Looks at the source while it is built, and is in no image.
    private static readonly string[] OfTheBuild = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    [Fact]
    public void Every_project_has_its_lock_file() => Assert.All(
        Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories),
        project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), $"{project} has no packages.lock.json."));

    [Fact]
    public void Every_package_of_the_app_is_listed_with_the_licence_that_it_says()
    {
        var said = Locked().Where(package => !OfTheBuild.Contains(package.Name))
            .Select(package => $"{LicenceOf(package.Name, package.Version)}: {package.Name}").Order(StringComparer.OrdinalIgnoreCase).ToList();
        var listed = Listed().Order(StringComparer.OrdinalIgnoreCase).ToList();

        Assert.True(said.Count > 50, $"{said.Count}");
        Assert.Equal(said, listed);
    }

    [Fact]
    public void Every_licence_is_one_that_was_agreed_to() =>
        Assert.All(Listed(), line => Assert.Contains(line.Split(':')[0], Licences));

    [Fact]
    public void Restore_of_the_image_and_of_every_change_keeps_to_the_lock_files() => Assert.All(
        [".ci/run", "Dockerfile"],
        file => Assert.Matches(LockedRestore(), File.ReadAllText(Path.Combine(Repository.Root, file))));

    private static List<(string Name, string Version)> Locked()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "ShiftReminders.Web", "packages.lock.json")));
        return
        [
            .. from framework in file.RootElement.GetProperty("dependencies").EnumerateObject()
               from package in framework.Value.EnumerateObject()
               select (package.Name, package.Value.GetProperty("resolved").GetString()!),
        ];
    }

    private static string LicenceOf(string name, string version)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "ShiftReminders.Web", "obj", "project.assets.json")));
        var file = assets.RootElement.GetProperty("packageFolders").EnumerateObject()
            .Select(folder => Path.Combine(folder.Name, name.ToLowerInvariant(), version.ToLowerInvariant(), $"{name.ToLowerInvariant()}.nuspec"))
            .First(File.Exists);
        return XDocument.Load(file).Descendants().FirstOrDefault(element => element.Name.LocalName == "license")?.Value ?? "none";
    }

    private static IEnumerable<string> Listed()
    {
        var licence = "";
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "THIRD-PARTY.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) licence = line[3..];
            if (line.StartsWith("- ", StringComparison.Ordinal)) yield return $"{licence}: {line[2..]}";
        }
    }

    [GeneratedRegex("dotnet restore[^\n]* --locked-mode")]
    private static partial Regex LockedRestore();
}
