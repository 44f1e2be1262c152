using System.Text.RegularExpressions;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>What is written into the form of test shifts is what is seeded.</summary>
public sealed class TestShiftFormTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("mouse")]
    [InlineData("keyboard")]
    public async Task Every_field_is_set_and_seeded(string by)
    {
        await portal.Database.Given.ReachablePersonAsync($"Fiona by {by}");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/test-shifts");
        var hands = Hands.Of(by, browser.Page);

        await hands.TypeAsync("Search people", $"Fiona by {by}");
        await hands.TickAsync($"Fiona by {by}");
        await hands.TypeAsync("Starts in", "2 h");
        await hands.TypeAsync("Lasts", "90 min");
        await hands.TypeAsync("How many shifts", "2");
        await hands.TypeAsync("Apart", "10 min");
        await hands.TypeAsync("Checks in after", "5 min");
        await hands.TypeAsync("Checks out after", "80 min");
        await hands.TypeAsync("Label", $"Ward {by}");
        await hands.TypeAsync("Time zone", "Asia/Tokyo");
        await hands.TickAsync("Queue at once, without waiting for the next tick");
        await hands.TypeAsync("Why", $"filled in by {by}");
        await hands.PressAsync("Seed 2 shifts");
        await Expect(browser.Page).ToHaveURLAsync(new Regex("/test-shifts\\?batch="));

        Assert.Equal(
            "2|01:30:00|00:10:00|Asia/Tokyo",
            await portal.Database.OwnerDataSource.ScalarAsync<string>(
                "SELECT concat_ws('|', count(*), max(end_at - start_at), max(start_at) - min(start_at), max(time_zone)) FROM public.duty_schedules WHERE label LIKE $1 || '%'",
                $"Ward {by}"));
        await Expect(browser.Page.GetByText($"filled in by {by}")).ToBeVisibleAsync();
        await Expect(browser.Page.GetByText("4 check-ins and check-outs still to come").First).ToBeVisibleAsync();
    }
}
