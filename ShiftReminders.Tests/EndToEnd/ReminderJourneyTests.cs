using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What people come to Reminders and Now for, in a real browser.</summary>
public sealed class ReminderJourneyTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Supervisor = "supervisor@example.test";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private TestDatabase Database => portal.Database;

    public async ValueTask InitializeAsync()
    {
        await Database.OwnerDataSource.EmptyAsync("public.scheduled_notifications", "shift_reminders.attempts", "public.duty_schedules", "public.notification_pushes");
        if (await Database.OwnerDataSource.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.accounts WHERE email = $1", Supervisor) == 0)
            await portal.App.AccountAsync(Supervisor, Roles.Supervisor);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Admin_resends_the_forty_failures_of_one_cause_and_no_other()
    {
        for (var person = 0; person < 40; person++)
            await Database.StoreAsync(await Database.Given.ReachablePersonAsync($"Person {person}"), -2 * Minute, "failed", "out_of_time", "UNAVAILABLE");
        var other = await Database.StoreAsync(await Database.Given.PersonAsync("No Phone"), -2 * Minute, "failed", "no_device");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend these 40 …" }).ClickAsync();
        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("40 of 40 will be sent, to 40 phones.");
        var act = dialog.GetByRole(AriaRole.Button, new() { Name = "Resend 40 reminders" });
        await dialog.GetByLabel("Why").FillAsync("FCM was down");
        await act.ClickAsync();
        await Expect(dialog).ToContainTextAsync("Type “40” first");
        await dialog.GetByLabel("Type 40 to confirm that many").FillAsync("40");
        await act.ClickAsync();

        await Expect(dialog).ToContainTextAsync("40 of 40 done.");
        Assert.Equal(40, await Database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE state = 'pending' AND generation = 2"));
        Assert.Equal("failed", await Database.OwnerDataSource.ScalarAsync<string>("SELECT state FROM public.scheduled_notifications WHERE id = $1", other));
        Assert.Equal(["40 reminders"], await Database.OwnerDataSource.ColumnAsync<string>(
            "SELECT subject FROM shift_reminders.audit WHERE act = 'resend' AND why = 'FCM was down' AND actor = $1 AND part_of IS NULL", PortalFixture.Admin));
    }

    [Fact]
    public async Task Admin_follows_a_resend_to_its_end_and_finds_it_in_the_audit()
    {
        List<long> ids = [];
        for (var person = 0; person < 3; person++)
            ids.Add(await Database.StoreAsync(await Database.Given.ReachablePersonAsync($"Follow {person}"), -2 * Minute, "failed", "out_of_time"));
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        var page = browser.Page;
        await browser.GoToAsync("/reminders?tab=failed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resend 3 matching …" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why").FillAsync("phones were off");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Resend 3 reminders" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("0 of 3 accepted");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        var line = page.Locator("[data-act]");
        await Expect(line).ToContainTextAsync("3 waiting");

        await Database.OwnerDataSource.ExecuteAsync(
            """
            UPDATE public.scheduled_notifications SET processed = true, processed_at = shift_reminders.clock(),
              state = CASE WHEN id = $1 THEN 'failed' ELSE 'sent' END, reason = CASE WHEN id = $1 THEN 'out_of_time' ELSE 'accepted' END,
              accepted_at = CASE WHEN id <> $1 THEN shift_reminders.clock() END
            WHERE generation = 2
            """, ids[1]);
        await Expect(line).ToContainTextAsync("2 of 3 accepted");
        await line.GetByRole(AriaRole.Link, new() { Name = "1 failed" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/reminders[?]act=[0-9]+&outcome=failed$"));
        await Expect(page.Locator("a[data-row]")).ToHaveTextAsync(["Follow 1"]);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove filter Resent at" })).ToContainTextAsync(PortalFixture.Admin);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove filter What came of it" }).ClickAsync();
        await Expect(page.Locator("a[data-row]")).ToHaveCountAsync(3);

        await browser.GoToAsync("/audit?subject=phones");
        await page.GetByRole(AriaRole.Link, new() { Name = "3 reminders" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What came of each reminder" }).Locator("tbody tr")).ToHaveTextAsync(
            [new Regex("failed[^$]*Follow 1"), new Regex("accepted"), new Regex("accepted")]);
    }

    [Fact]
    public async Task Supervisor_finds_why_a_person_was_not_reminded_and_may_not_act()
    {
        var person = await Database.Given.PersonAsync("Vera Kovacs");
        var id = await Database.StoreAsync(person, -60 * Minute, "failed", "unregistered", "UNREGISTERED");
        await Database.AttemptAsync(id, "gone");
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync("/reminders");

        var search = browser.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search names, errors" });
        await search.FillAsync("kovacs");
        await search.PressAsync("Enter");
        await Expect(browser.Page).ToHaveURLAsync("/reminders?q=kovacs");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Vera Kovacs" }).ClickAsync();

        var pane = browser.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the reminder" });
        await Expect(pane).ToContainTextAsync("Every device of the person has uninstalled the app or lost its registration.");
        await Expect(pane).ToContainTextAsync("HTTP 404");
        await Expect(pane).ToContainTextAsync("Not checked in yet");
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("Resend") })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Supervisor_is_told_about_a_reminder_that_never_came_to_be()
    {
        var person = await Database.Given.PersonAsync("Priya Nair");
        await Database.Given.ShiftAsync(person, -120 * Minute);
        await Database.OwnerDataSource.ExecuteAsync(
            "UPDATE shift_reminders.settings SET value = (shift_reminders.clock() - interval '1 day')::text WHERE key = 'watching_since'");
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync($"/explain?person={person}");

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "missing" }).ClickAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("It was never queued");
    }

    [Fact]
    public async Task Filters_survive_a_reload_and_the_way_back()
    {
        await Database.StoreAsync(await Database.Given.PersonAsync("Anna Novak"), -60 * Minute, "failed", "no_device");
        await Database.StoreAsync(await Database.Given.PersonAsync("Ben Fischer"), -61 * Minute, "failed", "out_of_time");
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync("/reminders?tab=failed");

        await browser.Page.GetByLabel("Reason", new() { Exact = true }).First.ClickAsync();
        await browser.Page.GetByRole(AriaRole.Option, new() { Name = "no device", Exact = true }).ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync("/reminders?tab=failed&reason=no_device");
        await Expect(browser.Page.GetByText("1 match", new() { Exact = true })).ToBeVisibleAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Anna Novak" }).ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync(new Regex("&id=[0-9]+$"));
        await browser.Page.ReloadAsync();
        await browser.ReadyAsync();

        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Remove filter Reason no device" })).ToBeVisibleAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the reminder" })).ToBeVisibleAsync();
        await browser.Page.GoBackAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the reminder" })).ToHaveCountAsync(0);
        await browser.Page.GoBackAsync();
        await Expect(browser.Page.GetByText("2 matches", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task New_reminders_wait_above_the_rows_until_they_are_asked_for()
    {
        await Database.StoreAsync(await Database.Given.PersonAsync("Anna Novak"), -60 * Minute);
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync("/reminders");
        var first = browser.Page.Locator(".reminders tbody .row-link").First;
        await Expect(first).ToHaveTextAsync("Anna Novak");

        await Database.StoreAsync(await Database.Given.PersonAsync("Ben Fischer"), -1 * Minute);

        var arrived = browser.Page.GetByRole(AriaRole.Button, new() { Name = "1 new · show" });
        await Expect(arrived).ToBeVisibleAsync();
        await Expect(first).ToHaveTextAsync("Anna Novak");
        await arrived.ClickAsync();
        await Expect(first).ToHaveTextAsync("Ben Fischer");
    }

    [Fact]
    public async Task Pause_stops_the_rows_but_not_the_filters()
    {
        await Database.StoreAsync(await Database.Given.PersonAsync("Anna Novak"), -60 * Minute, "failed", "no_device");
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync("/reminders");
        await browser.Page.Keyboard.PressAsync("p");
        await Expect(browser.Page.Locator(".live")).ToContainTextAsync("Paused since");
        await using var other = await Browser.OpenAsync(portal.App, Supervisor);
        await other.GoToAsync("/reminders");

        await Database.StoreAsync(await Database.Given.PersonAsync("Ben Fischer"), -1 * Minute);
        await Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "1 new · show" })).ToBeVisibleAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "1 new · show" })).ToBeHiddenAsync();
        await Expect(browser.Page.Locator(".reminders tbody .row-link").First).ToHaveTextAsync("Anna Novak");
        await browser.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Sent") }).ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync("/reminders?tab=sent");

        await Expect(browser.Page.Locator(".reminders tbody .row-link").First).ToHaveTextAsync("Ben Fischer");
    }

    [Theory]
    [InlineData("/reminders?from=9999-12-31&to=0001-01-01&person=x&shift=-5&reason=%27%3B--&kind=%3Cscript%3Ealert(1)%3C/script%3E&id=99999999999999999999")]
    [InlineData("/reminders?q=%3Cscript%3Ealert(1)%3C/script%3E&id=9223372036854775807")]
    [InlineData("/explain?shift=99999999999999999999&person=%27&kind=%00")]
    [InlineData("/reminders/9223372036854775807")]
    public async Task Hostile_address_shows_a_page_and_no_error(string address)
    {
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);

        await browser.GoToAsync(address);

        await Expect(browser.Page.Locator("main h1").First).ToBeVisibleAsync();
        await Expect(browser.Page.Locator(".error-panel")).ToHaveCountAsync(0);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Saved_view_leads_back_to_its_filter()
    {
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync("/reminders?tab=failed&reason=no_device");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Saved views" }).ClickAsync();
        await browser.Page.GetByLabel("Name of the view to save").FillAsync("No phones");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Link, new() { Name = "No phones" })).ToBeVisibleAsync();
        await browser.GoToAsync("/reminders");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Saved views" }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "No phones" }).ClickAsync();

        await Expect(browser.Page).ToHaveURLAsync("/reminders?tab=failed&reason=no_device");
    }
}
