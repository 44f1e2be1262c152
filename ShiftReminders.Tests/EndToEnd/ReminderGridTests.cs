using Microsoft.Playwright;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>The rows of the list, as many as the window shows.</summary>
public sealed class ReminderGridTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const int Rows = 20;

    /// <summary>A list that measures itself too early stops short in about one load of three.</summary>
    private const int Reloads = 6;

    public async ValueTask InitializeAsync()
    {
        await portal.Database.OwnerDataSource.ExecuteAsync("TRUNCATE public.scheduled_notifications, public.duty_schedules");
        for (var row = 1; row <= Rows; row++)
            await portal.Database.StoreAsync(
                await portal.Database.Given.PersonAsync($"Person {row:00}"), TimeSpan.FromMinutes(-row), "failed", "no_device");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_row_that_fits_is_drawn_also_once_the_details_are_open()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.Page.SetViewportSizeAsync(1440, 1000);
        await browser.GoToAsync("/reminders?tab=failed");
        var drawn = browser.Page.Locator(".reminders tbody .row-link");
        await Expect(drawn).ToHaveCountAsync(Rows);

        await drawn.First.ClickAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Complementary, new() { Name = "Details of the reminder" })).ToBeVisibleAsync();
        await Expect(drawn).ToHaveCountAsync(Rows);
        for (var reload = 1; reload <= Reloads; reload++)
        {
            await browser.Page.ReloadAsync();
            await browser.ReadyAsync();
            await Expect(drawn).ToHaveCountAsync(Rows);
        }
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(768)]
    [InlineData(360)]
    public async Task Rows_keep_still_when_the_first_one_is_ticked(int width)
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width);
        await browser.GoToAsync("/reminders?tab=failed");
        var matching = browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 20 matching …" });
        var ticks = browser.Page.Locator(".reminders tbody [type=checkbox]");
        await Expect(ticks).ToHaveCountAsync(Rows);
        await Expect(matching).ToContainClassAsync("primary");
        var before = await PlacesAsync(ticks);

        await ticks.First.CheckAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 1 selected …" })).ToBeInViewportAsync();

        Assert.Equal(before, await PlacesAsync(ticks));
        await Expect(matching).Not.ToContainClassAsync("primary");
        await ticks.Last.CheckAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 2 selected …" })).ToContainClassAsync("primary");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Clear selection" }).ClickAsync();
        await Expect(ticks.First).Not.ToBeCheckedAsync();
    }

    private static Task<string> PlacesAsync(ILocator ticks) => ticks.EvaluateAllAsync<string>(
        "boxes => boxes.map(box => box.getBoundingClientRect()).map(at => `${at.x} ${at.y}`).join()");
}
