using System.Text.Json;
using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>The dashboard and the alerts ask for nothing that the app does not say.</summary>
public sealed partial class DashboardTests(MonitoredApp app) : IClassFixture<MonitoredApp>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    [Fact]
    public async Task Every_metric_of_alerts_and_dashboard_is_exported()
    {
        var asked = new[] { "prometheus/alerts.yaml", "grafana/dashboard.json" }
            .SelectMany(file => MetricName().Matches(File.ReadAllText(Path.Combine(Deploy, file))).Select(name => name.Value))
            .Distinct().ToList();

        var exported = await app.MetricsAsync();

        Assert.True(asked.Count > 15, string.Join(' ', asked));
        Assert.All(asked, name => Assert.Matches($"(?m)^{name}[ {{]", exported));
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_has_an_answer_in_a_real_prometheus()
    {
        foreach (var query in Queries().Select(query => query.Replace("$__rate_interval", "1m", StringComparison.Ordinal)))
            await Eventually.TrueAsync(query, Patience, async () => (await app.Prometheus.QueryAsync(query)).Count > 0);
    }

    [Fact]
    public async Task Metrics_hold_no_name_token_or_text()
    {
        var exported = await app.MetricsAsync();

        Assert.DoesNotContain("token-", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("Alex", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("shift-", exported.Replace("shift-reminders", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static List<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "dashboard.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    [GeneratedRegex(@"\b(shift_reminders|dotnet|http_server)_[a-z_]+\b(?=[^A-Za-z_])")]
    private static partial Regex MetricName();
}
