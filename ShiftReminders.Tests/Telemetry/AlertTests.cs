using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>The alerting rules, by Prometheus's own tool, and their places in the runbook.</summary>
public sealed partial class AlertTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "deploy", "prometheus", "alerts.yaml");

    private static readonly string[] Names = [.. AlertName().Matches(File.ReadAllText(Rules)).Select(name => name.Groups[1].Value)];

    [Fact]
    public async Task Rules_fire_and_keep_silent_as_their_tests_say() =>
        Assert.Contains("SUCCESS", await Commands.RunAsync("promtool", "test", "rules", Rules.Replace("alerts.yaml", "alerts.test.yaml", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void Every_alert_has_a_test_that_fires_it_and_one_that_does_not()
    {
        var tests = File.ReadAllText(Rules.Replace("alerts.yaml", "alerts.test.yaml", StringComparison.Ordinal));

        Assert.True(Names.Length > 10);
        Assert.All(Names, name =>
        {
            Assert.Matches($@"alertname: {name}\n\s+exp_alerts:\n", tests);
            Assert.Matches($@"alertname: {name}\n\s+exp_alerts: \[\]", tests);
        });
    }

    [Fact]
    public void Every_alert_has_its_place_in_the_runbook()
    {
        var runbook = File.ReadAllText(Path.Combine(Repository.Root, "DEPLOYMENT.md"));

        Assert.All(Names, name => Assert.Matches($"(?m)^#+ {name}$", runbook));
    }

    [GeneratedRegex("alert: ([A-Za-z]+)")]
    private static partial Regex AlertName();
}
