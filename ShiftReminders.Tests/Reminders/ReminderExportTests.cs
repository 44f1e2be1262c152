using System.Net;
using System.Text.Json;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.Reminders;

public sealed class ReminderExportTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Stranger_gets_no_file()
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.GetAsync("/reminders/export?format=csv");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Tester_gets_one_reminder_for_a_bug_report_and_not_the_list()
    {
        var id = await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync("Buggy Bea"), TimeSpan.FromHours(-1));
        await portal.App.AccountAsync("tester@example.test", Roles.Tester);
        using var client = new PortalClient(portal.App.Address);
        await client.SignInAsync("tester@example.test", PortalApp.Password);

        using var list = await client.GetAsync("/reminders/export?format=csv");
        using var one = await client.GetAsync($"/reminders/{id}/export");
        var page = await client.Http.GetStringAsync("/reminders", TestContext.Current.CancellationToken);

        Assert.Equal("/access-denied", list.Headers.Location?.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.DoesNotContain("/reminders/export", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Supervisor_gets_the_filters_reminders_as_text_that_runs_nothing()
    {
        var person = await portal.Database.Given.PersonAsync("=HYPERLINK(\"http://evil\")");
        var failed = await portal.Database.StoreAsync(person, TimeSpan.FromHours(-1), "failed", "no_device");
        await portal.Database.StoreAsync(person, TimeSpan.FromHours(-2));
        await portal.App.AccountAsync("supervisor@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        await client.SignInAsync("supervisor@example.test", PortalApp.Password);

        var csv = await client.Http.GetStringAsync("/reminders/export?tab=failed&format=csv", TestContext.Current.CancellationToken);
        var json = JsonElement.Parse(await client.Http.GetStringAsync("/reminders/export?tab=failed&format=json", TestContext.Current.CancellationToken));

        var line = Assert.Single(csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1));
        Assert.StartsWith($"{failed},failed,no_device,", line, StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"http://evil\"\")\"", line, StringComparison.Ordinal);
        var row = Assert.Single(json.EnumerateArray());
        Assert.Equal((failed, "UTC"), (row.GetProperty("id").GetInt64(), row.GetProperty("timeZone").GetString()));
        Assert.Contains(",UTC,", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?from=9999-12-31&to=0001-01-01&person=x&shift=-5&reason=%27%3B--&kind=%3Cscript%3E")]
    [InlineData("?q=%00%ED%A0%80&due=never&tab=%F0%9F%8C%99&order=random&format=exe")]
    public async Task Hostile_address_is_answered_with_a_file(string query)
    {
        using var client = new PortalClient(portal.App.Address);
        await client.SignInAsync(PortalFixture.Admin, PortalApp.Password);

        using var answer = await client.GetAsync($"/reminders/export{query}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
