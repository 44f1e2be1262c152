using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ShiftReminders.Tests.Reminders;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>"Who is not reminded tonight?", asked by a supervisor, on the screen, on paper and as a file.</summary>
public sealed class TonightJourneyTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // From three hours ago to five ahead, whatever the time of the day is: it may well go across midnight.
    private static string Night
    {
        get
        {
            var now = TimeProvider.System.GetUtcNow();
            return string.Create(CultureInfo.InvariantCulture, $"/tonight?day={now - (3 * Hour):yyyy-MM-dd}&from={now - (3 * Hour):HH:mm}&to={now + (5 * Hour):HH:mm}");
        }
    }

    public async ValueTask InitializeAsync()
    {
        await portal.Database.OwnerDataSource.EmptyAsync("public.scheduled_notifications", "public.duty_schedules", "public.fcm_tokens", "public.profiles");
        var given = portal.Database.Given;
        await given.ShiftAsync(await given.PersonAsync("Noor Nophone"), Hour, label: "Night desk", timeZone: "Asia/Tokyo");
        await given.ShiftAsync(await given.PersonAsync("Olga Off", remindersOff: true), 2 * Hour);
        await given.ShiftAsync(await given.ReachablePersonAsync("Rita Reached"), 3 * Hour);
        await portal.Database.StoreAsync(await given.ReachablePersonAsync("Fred Failed"), -Hour, "failed", "rejected");
        await portal.Database.StoreAsync(await given.ReachablePersonAsync("Ella Expired"), -2 * Hour, "expired", "paused");
        await portal.Database.StoreAsync(await given.ReachablePersonAsync("Sara Sent"), -Hour);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_click_from_Now_leads_to_who_is_not_reminded_with_the_reason_of_each()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Tonight" }).ClickAsync();

        await Expect(browser.Page).ToHaveURLAsync(new Regex("/tonight$"));
        await browser.GoToAsync(Night);
        await Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "4 of 6 people are not reminded in this time" })).ToBeVisibleAsync();
        foreach (var (who, why) in new[]
        {
            ("Noor Nophone", "No phone is registered."), ("Olga Off", "The person has switched reminders off or is on leave."),
            ("Fred Failed", "The channel rejected the message itself."), ("Ella Expired", "Reminders were paused until it was too late."),
        })
        {
            await Expect(Rows(browser).Filter(new() { HasText = who })).ToContainTextAsync(why);
        }

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Fred Failed" }).ClickAsync();
        await Expect(browser.Page).ToHaveURLAsync(new Regex("/explain"));
        await Expect(browser.Page.Locator("h1")).ToContainTextAsync("rejected");
    }

    [Fact]
    public async Task Every_number_is_a_link_to_exactly_as_many_reminders()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Night);
        var parts = browser.Page.GetByRole(AriaRole.Navigation, new() { Name = "Which reminders" }).GetByRole(AriaRole.Link).Filter(new() { HasTextRegex = new Regex("[0-9]$") });
        await Expect(parts).ToHaveCountAsync(6);

        for (var part = 0; part < 6; part++)
        {
            var count = int.Parse((await parts.Nth(part).Locator(".count").TextContentAsync())!, CultureInfo.InvariantCulture);
            await parts.Nth(part).ClickAsync();
            await Expect(parts.Nth(part)).ToHaveAttributeAsync("aria-current", "true");
            await Expect(Rows(browser)).ToHaveCountAsync(count);
        }
    }

    [Fact]
    public async Task Line_of_now_parts_what_is_over_from_what_comes_and_one_click_leads_there()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width: 360);
        await browser.GoToAsync(Night + "&show=all");

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Jump to now" }).ClickAsync();

        await Expect(browser.Page.Locator("#now")).ToBeInViewportAsync();
        var lines = await browser.Page.Locator("tbody tr").AllInnerTextsAsync();
        var now = lines.ToList().FindIndex(line => line.Contains("Now, ", StringComparison.Ordinal));
        Assert.All(lines.Take(now), line => Assert.Matches("Fred|Ella|Sara", line));
        Assert.All(lines.Skip(now + 1), line => Assert.Matches("Noor|Olga|Rita", line));
    }

    [Fact]
    public async Task Paper_has_every_name_and_reason_and_nothing_that_can_be_pressed()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Night);
        await browser.Page.EmulateMediaAsync(new() { Media = Media.Print });

        await Expect(Rows(browser).Filter(new() { Visible = true })).ToHaveCountAsync(4);
        await Expect(browser.Page.GetByText("Read at")).ToBeVisibleAsync();
        foreach (var pressed in new[] { "button", ".mud-button-root", "input", "nav a" })
            await Expect(browser.Page.Locator(pressed).Filter(new() { Visible = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task File_has_the_rows_of_the_page_with_their_reasons()
    {
        using var client = new PortalClient(portal.App.Address);
        (await client.SignInAsync(PortalFixture.Admin, PortalApp.Password)).Dispose();

        using var answer = await client.GetAsync(Night.Replace("/tonight?", "/tonight/export?", StringComparison.Ordinal));
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Trim().Split("\r\n");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("due,person,", lines[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Equal(["Ella Expired", "Fred Failed", "Noor Nophone", "Olga Off"], lines[1..].Select(line => line.Split(',')[1]));
        Assert.Contains("Night desk", lines[3], StringComparison.Ordinal);
        Assert.Contains("No phone is registered.", lines[3], StringComparison.Ordinal);
    }

    private static ILocator Rows(BrowserSession browser) => browser.Page.Locator("tbody tr:not(#now)");
}
