using System.Text.Json;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Telemetry;

/// <summary>What one delivered reminder leaves behind: a trace at a collector, and a line in the log.</summary>
public sealed class TraceTests(MonitoredApp app) : IClassFixture<MonitoredApp>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Device_is_a_child_of_its_reminder_and_that_of_its_batch()
    {
        await Eventually.TrueAsync("the device's span arrives", Patience, () => Find("push device") is not null && Find("deliver") is not null);
        var device = Find("push device")!;
        await Eventually.TrueAsync("its ancestors arrive", Patience, () => Span(device.Parent) is { } reminder && Span(reminder.Parent) is not null);

        var reminder = Span(device.Parent)!;
        Assert.Equal(("deliver", "claim"), (reminder.Name, Span(reminder.Parent)!.Name));
        Assert.Equal(reminder.Trace, device.Trace);
        Assert.Contains(reminder.Attributes["schedule_id"], app.Shifts.Select(shift => $"{shift}"));
    }

    [Theory]
    [InlineData("queue.pending", "{reminder}")]
    [InlineData("queue.due", "{reminder}")]
    [InlineData("queue.sending", "{reminder}")]
    [InlineData("queue.failed", "{reminder}")]
    [InlineData("queue.oldest_due", "s")]
    [InlineData("lateness", "s")]
    [InlineData("outcomes", "{reminder}")]
    [InlineData("channel.latency", "s")]
    [InlineData("claim.size", "{reminder}")]
    [InlineData("enqueue.age", "s")]
    [InlineData("cron.age", "s")]
    [InlineData("circuits", "{circuit}")]
    public async Task Metric_goes_to_the_collector_with_its_unit(string name, string unit) =>
        await Eventually.TrueAsync(name, Patience, () => app.Collector.Metrics.Contains(new CollectedMetric($"shift_reminders.{name}", unit)));

    [Fact]
    public async Task Reminder_is_one_line_of_json_with_its_fields_and_no_token()
    {
        await Eventually.TrueAsync("the line is written", Patience, () => Lines().Any());

        var line = Lines().First();
        Assert.Contains(line.GetProperty("schedule_id").ToString(), app.Shifts.Select(shift => $"{shift}"));
        Assert.All(["notification_id", "user_id", "token_count", "status"], name => Assert.False(string.IsNullOrEmpty(line.GetProperty(name).ToString())));
        Assert.Matches(@"""Timestamp"":""20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z""", app.Log);
        Assert.All(app.Tokens, token => Assert.DoesNotContain(token, app.Log, StringComparison.Ordinal));
    }

    private IEnumerable<JsonElement> Lines() => app.Log.Split('\n')
        .Where(line => line.StartsWith('{') && line.Contains("\"status\":\"sent\"", StringComparison.Ordinal))
        .Select(line => JsonElement.Parse(line).GetProperty("State"));

    private CollectedSpan? Find(string name) => app.Collector.Spans.FirstOrDefault(span => span.Name == name);

    private CollectedSpan? Span(string id) => app.Collector.Spans.FirstOrDefault(span => span.Id == id);
}
