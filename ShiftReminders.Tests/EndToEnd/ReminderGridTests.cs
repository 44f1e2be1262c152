using Microsoft.Playwright;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>The rows of the list, as many as the window shows.</summary>
public sealed class ReminderGridTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const int Rows = 20;

    /// <summary>A list that measures itself too early stops short in about one load of three.</summary>
    private const int Reloads = 6;

    [Fact]
    public async Task Every_row_that_fits_is_drawn_also_once_the_details_are_open()
    {
        for (var row = 1; row <= Rows; row++)
            await portal.Database.StoreAsync(
                await portal.Database.Given.PersonAsync($"Person {row:00}"), TimeSpan.FromMinutes(-row), "failed", "no_device");
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
}
