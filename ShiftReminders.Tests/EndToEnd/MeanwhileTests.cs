using Microsoft.Playwright;
using Npgsql;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What others do while somebody has a page open.</summary>
public sealed class MeanwhileTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private TestDatabase Database => portal.Database;

    public async ValueTask InitializeAsync() =>
        await Database.OwnerDataSource.EmptyAsync("public.scheduled_notifications", "shift_reminders.attempts", "public.duty_schedules");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Shift_deleted_while_its_reminder_is_open_leaves_the_page_telling_so()
    {
        var person = await Database.Given.ReachablePersonAsync("ليلى 🌙 حداد");
        var shift = await Database.Given.ShiftAsync(person, 17 * Minute);
        var id = await Database.StoreAsync(person, 2 * Minute, "pending", reason: null, shift: shift);
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync($"/reminders/{id}");
        await Expect(browser.Page.Locator("main bdi").First).ToHaveTextAsync("ليلى 🌙 حداد");

        await Database.OwnerDataSource.ExecuteAsync("DELETE FROM public.duty_schedules WHERE id = $1", shift);

        await Expect(browser.Page.GetByText($"Shift {shift} no longer exists, or is not this person's")).ToBeVisibleAsync();
        await browser.GoToAsync($"/reminders?id={id}");
        await Expect(browser.Page.GetByText($"shift {shift} is gone").Filter(new() { Visible = true })).ToBeVisibleAsync();
        await browser.GoToAsync($"/shifts?shift={shift}&person={person}&kind=start_15");
        await browser.GoToAsync($"/explain?shift={shift}&person={person}&kind=start_15");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Pause_of_another_admin_is_told_above_the_page_that_is_open_until_it_ends()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/rules");

        await Database.OwnerDataSource.ExecuteAsync("SELECT shift_reminders.pause_reminders('other@example.test', 'the channel is being moved')");

        var banner = browser.Page.GetByText("Reminders are paused by other@example.test");
        await Expect(banner).ToContainTextAsync("the channel is being moved");
        await browser.GoToAsync("/reminders");
        await Expect(banner).ToBeVisibleAsync();

        await Database.OwnerDataSource.ExecuteAsync("SELECT shift_reminders.resume_reminders('other@example.test', 'it has been moved')");
        await Expect(banner).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Why_is_answered_anew_while_it_is_open()
    {
        var person = await Database.Given.ReachablePersonAsync("Dora Live");
        var shift = await Database.Given.ShiftAsync(person, 17 * Minute);
        await Database.StoreAsync(person, 2 * Minute, "pending", reason: null, shift: shift);
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync($"/explain?shift={shift}&person={person}&kind=start_15");
        var headline = browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(headline).ToContainTextAsync("it will be sent at");

        await Database.OwnerDataSource.ExecuteAsync("DELETE FROM public.duty_schedules WHERE id = $1", shift);

        await Expect(headline).ToContainTextAsync("The shift no longer exists.");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Why_does_not_say_that_there_is_nothing_before_it_has_looked()
    {
        var shift = await Database.Given.ShiftAsync(await Database.Given.ReachablePersonAsync("Slow Sally"), 17 * Minute);
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/explain");
        await using var other = await Database.OwnerDataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var holding = await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var table = new NpgsqlCommand("LOCK TABLE public.duty_schedules", other, holding);
            await table.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await browser.Page.GetByLabel("Shift number").FillAsync($"{shift}");
            await browser.Page.Keyboard.PressAsync("Enter");

            await Expect(browser.Page.GetByLabel("Looking for the reminder")).ToBeVisibleAsync();
            await Expect(browser.Page.GetByText("There is no shift")).ToBeHiddenAsync();
        }

        await Expect(browser.Page.GetByRole(AriaRole.Cell, new() { Name = "Slow Sally" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Resend_acts_on_what_its_preview_showed_though_others_fail_meanwhile_and_another_admin_was_quicker()
    {
        var first = await Database.StoreAsync(await Database.Given.ReachablePersonAsync("Anna Novak"), -2 * Minute, "failed", "out_of_time");
        var second = await Database.StoreAsync(await Database.Given.ReachablePersonAsync("Ben Fischer"), -2 * Minute, "failed", "out_of_time");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/reminders?tab=failed");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 2 matching …" }).ClickAsync();
        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("2 of 2 will be sent, to 2 phones.");

        var later = await Database.StoreAsync(await Database.Given.ReachablePersonAsync("Carla Late"), -1 * Minute, "failed", "out_of_time");
        await Database.OwnerDataSource.ExecuteAsync(
            "SELECT shift_reminders.resend_reminders(ARRAY[$1::bigint], 'missing', 'other@example.test', 'quicker')", second);
        await dialog.GetByLabel("Why").FillAsync("the channel is back");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Resend 2 reminders" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("1 of 2 done.");
        await Expect(dialog).ToContainTextAsync("It is still waiting to be sent.");
        Assert.Equal(["2 pending", "2 pending", "1 failed"], await Database.OwnerDataSource.ColumnAsync<string>(
            "SELECT concat_ws(' ', generation, state) FROM public.scheduled_notifications WHERE id = ANY ($1) ORDER BY id", new[] { first, second, later }));
    }

    [Fact]
    public async Task Shift_that_has_begun_is_warned_of_also_when_its_reminder_is_wanted_all_the_same()
    {
        var id = await Database.StoreAsync(await Database.Given.ReachablePersonAsync("Begun Bea"), -60 * Minute, "failed", "out_of_time");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync($"/reminders/{id}");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend …" }).ClickAsync();
        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("The shift has begun and the time for the reminder is over. It is left out");
        await Expect(dialog).ToContainTextAsync("It cannot be sent.");

        await dialog.GetByLabel("although the shift has begun").CheckAsync();

        await Expect(dialog).ToContainTextAsync("It will be sent, to 1 phone.");
        await Expect(dialog).ToContainTextAsync("The shift has begun and the time for the reminder is over. It is sent all the same");
    }
}
