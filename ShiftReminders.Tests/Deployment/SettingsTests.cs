using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Data;

namespace ShiftReminders.Tests.Deployment;

/// <summary>The table of settings in README.md against the options classes, both ways.</summary>
public sealed partial class SettingsTests
{
    private static readonly string[] OfThePlatform = ["ConnectionStrings__ShiftReminders", "ConnectionStrings__Migrations", "Logging__LogLevel__NAME"];

    private static readonly List<string> Known = [.. Options().SelectMany(one => Names(one.Type, one.Section)), .. OfThePlatform];

    [Fact]
    public void Every_setting_has_its_line_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.True(Known.Count > 40, $"{Known.Count}");
        Assert.All(Known, name => Assert.Contains($"| `{name}` |", readme, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("DEPLOYMENT.md")]
    [InlineData("SECURITY.md")]
    [InlineData("docs/security/asvs.md")]
    [InlineData("docs/security/controls.md")]
    [InlineData("compose.yaml")]
    [InlineData("deploy/cloud-run/service.yaml")]
    [InlineData("deploy/kubernetes/configuration.yaml")]
    [InlineData("deploy/kubernetes/migrate.yaml")]
    [InlineData("deploy/kubernetes/portal.yaml")]
    [InlineData("deploy/kubernetes/processor.yaml")]
    [InlineData("deploy/kubernetes/secret.example.yaml")]
    public void Every_setting_that_a_file_names_exists(string file)
    {
        var named = SettingName().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(name => name.Value).Distinct();

        Assert.All(named, name => Assert.Contains(Known, known => known == name
            || known.Contains("NAME", StringComparison.Ordinal) && name.StartsWith(known[..known.IndexOf("NAME", StringComparison.Ordinal)], StringComparison.Ordinal)));
    }

    private static IEnumerable<(Type Type, string Section)> Options() =>
        from type in typeof(DatabaseConnection).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where type.Name.EndsWith("Options", StringComparison.Ordinal) && section is not null
        select (type, (string)section.GetRawConstantValue()!);

    private static IEnumerable<string> Names(Type type, string prefix) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        from name in NamesOf(property.PropertyType, $"{prefix}__{property.Name}")
        select name;

    private static IEnumerable<string> NamesOf(Type type, string name)
    {
        if (type.IsGenericType && type.IsAssignableTo(typeof(IDictionary))) return [$"{name}__NAME"];
        if (type.IsGenericType && type.IsAssignableTo(typeof(IList))) return NamesOf(type.GetGenericArguments()[0], $"{name}__0");
        return type.Assembly == typeof(DatabaseConnection).Assembly && type.IsClass ? Names(type, name) : [name];
    }

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+(__[A-Za-z0-9]+)+\b")]
    private static partial Regex SettingName();
}
