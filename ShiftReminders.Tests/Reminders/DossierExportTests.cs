using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.Reminders;

public sealed class DossierExportTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan HourAgo = TimeSpan.FromHours(-1);

    [Fact]
    public async Task Stranger_gets_no_file()
    {
        using var client = new PortalClient(portal.App.Address);

        using var answer = await client.GetAsync("/reminders/1/export");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Supervisor_gets_what_the_page_shows_without_tokens_and_texts()
    {
        var person = await portal.Database.Given.PersonAsync("Zoë 🌙 حداد");
        var token = await portal.Database.Given.DeviceAsync(person, $"{new string('f', 22)}:APA91b{new string('T', 90)}");
        var id = await portal.Database.StoreAsync(person, HourAgo, "failed", "out_of_time", $"no answer for {token}");
        await portal.Database.AttemptAsync(id, "transient");
        await portal.Database.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.attempts SET devices = jsonb_set(devices, '{0,detail}', to_jsonb('the token ' || $2 || ' was not answered')) WHERE reminder_id = $1", id, token);
        await portal.App.AccountAsync("supervisor@example.test", Roles.Supervisor);
        using var client = new PortalClient(portal.App.Address);
        await client.SignInAsync("supervisor@example.test", PortalApp.Password);

        using var answer = await client.GetAsync($"/reminders/{id}/export");
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var file = JsonElement.Parse(text);

        Assert.Equal($"reminder-{id}.json", answer.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal((id, "failed", "out_of_time"), (file.GetProperty("id").GetInt64(), file.GetProperty("state").GetString(), file.GetProperty("reason").GetString()));
        Assert.Equal("UTC", file.GetProperty("shift").GetProperty("timeZone").GetString());
        Assert.Contains("حداد", text, StringComparison.Ordinal);
        var device = file.GetProperty("attempts")[0].GetProperty("devices")[0];
        Assert.Equal((404, "the token [hidden] was not answered"), (device.GetProperty("http").GetInt32(), device.GetProperty("detail").GetString()));
        Assert.Contains(file.GetProperty("timeline").EnumerateArray(), step => step.GetProperty("what").GetString() == "Due");
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.Empty(Names(file).Intersect(["token", "claimToken", "body", "payload", "raw"], StringComparer.OrdinalIgnoreCase));
        foreach (var body in await portal.Database.OwnerDataSource.ColumnAsync<string>("SELECT body FROM shift_reminders.rule_texts"))
            Assert.DoesNotContain(body, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reminder_that_is_not_there_is_said_to_be_missing()
    {
        using var client = new PortalClient(portal.App.Address);
        await client.SignInAsync(PortalFixture.Admin, PortalApp.Password);

        using var answer = await client.GetAsync("/reminders/9223372036854775807/export");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Menu_of_the_details_downloads_the_file_and_closes()
    {
        var id = await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync("Anna Novak"), HourAgo, "failed", "no_device");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync($"/reminders?id={id}");
        var item = browser.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Download as JSON" });

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "More about this reminder" }).ClickAsync();
        var download = await browser.Page.RunAndWaitForDownloadAsync(() => item.ClickAsync());

        Assert.Equal($"reminder-{id}.json", download.SuggestedFilename);
        await Expect(item).ToBeHiddenAsync();
        await Expect(browser.Page.Locator("[data-pane-title]")).ToContainTextAsync("Anna Novak");
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
