using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Components.Live;

namespace ShiftReminders.Tests.Structure;

/// <summary>Which folder may know which, and where a page lies.</summary>
public sealed partial class FolderTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Data"] = [],
        ["Delivery"] = [],
        ["Access"] = ["Data"],
        ["Shifts"] = ["Data"],
        ["Cron"] = ["Access", "Data"],
        ["Reminders"] = ["Access", "Data"],
        ["TestShifts"] = ["Access", "Data", "Shifts"],
        ["Telemetry"] = ["Data", "Delivery", "Reminders"],
        ["Processing"] = ["Data", "Delivery", "Reminders", "Telemetry"],
        ["Edge"] = ["Access", "Components", "Data"],
        ["Components"] = ["Access", "Cron", "Data", "Delivery", "Edge", "Reminders", "Shifts", "TestShifts"],
        ["CommandLine"] = ["Access", "Components", "Data", "Delivery", "Edge", "Telemetry"],
    };

    [Fact]
    public void Folder_uses_only_the_folders_that_it_may()
    {
        var found = new HashSet<(string From, string To)>();
        foreach (var file in Sources().Where(file => file.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            var from = file.Split(Path.DirectorySeparatorChar)[0];
            foreach (Match used in Ours().Matches(File.ReadAllText(Path.Combine(Web, file))))
                if (used.Groups["folder"].Value is var to && to != from) found.Add((from, to));
        }

        Assert.Equal(MayUse.SelectMany(folder => folder.Value, (folder, to) => (folder.Key, to)).Order(), found.Order());
    }

    [Fact]
    public void Page_lies_in_the_folder_of_its_name_and_is_called_a_page()
    {
        var pages = typeof(LivePage).Assembly.GetTypes().Where(type => type.GetCustomAttributes<RouteAttribute>().Any()).ToList();

        Assert.True(pages.Count > 15);
        Assert.All(pages, page => Assert.Matches(@"^ShiftReminders\.Web\.Components\.\w+\.\w+Page$", page.FullName));
        foreach (var folder in new[] { "Now", "Tonight", "Reminders", "Why", "Shifts", "Cron", "Rules", "Settings", "TestShifts", "Phone", "Access", "Audit" })
            Assert.Contains(pages, page => page.FullName == $"ShiftReminders.Web.Components.{folder}.{folder}Page");
    }

    private static string Web => Path.Combine(Repository.Root, "ShiftReminders.Web");

    private static IEnumerable<string> Sources() => new[] { "*.cs", "*.razor" }
        .SelectMany(kind => Directory.EnumerateFiles(Web, kind, SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Web, file))
        .Where(file => !file.StartsWith("obj", StringComparison.Ordinal) && !file.StartsWith("bin", StringComparison.Ordinal));

    [GeneratedRegex(@"^@?using (?:static )?ShiftReminders\.Web\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex Ours();
}
