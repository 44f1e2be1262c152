using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ShiftReminders.Tests.Processing;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>The page Now in a browser: what it counts can be looked at, and what it does not know it says.</summary>
public sealed partial class NowJourneyTests(BusyPortal portal) : IClassFixture<BusyPortal>
{
    [Fact]
    public async Task Every_number_leads_to_exactly_what_it_counts()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");
        await browser.Page.Locator(".figures").WaitForAsync();
        var links = await browser.Page.EvaluateAsync<string[]>(
            "() => [...new Set([...document.querySelectorAll('main :is(a.number, .points a, .chain a)')].map(a => (a.querySelector('.link-value') ?? a).textContent.replace(/^\\s*\\w+:/, '').trim() + '\\n' + a.getAttribute('href')))]");
        var counted = links.Select(link => link.Split('\n')).Select(parts => (Number: Leading(parts[0]), Href: parts[^1]))
            .Where(link => link.Number is not null).Distinct().ToList();

        Assert.Contains(counted, link => link.Href.StartsWith("/due", StringComparison.Ordinal) && link.Number > 0);
        Assert.Contains(counted, link => link.Href.Contains("not_reminded", StringComparison.Ordinal) && link.Number > 0);
        var wrong = new List<string>();
        foreach (var (number, href) in counted.Where(link => link.Number > 0).Concat(counted.Where(link => link.Number == 0).Take(3)))
        {
            await browser.GoToAsync(href);
            var found = await CountAsync(browser.Page, href);
            if (found != number) wrong.Add($"{href}: {number} on Now, {found} there");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Page_that_cannot_be_read_any_more_says_since_when_its_state_is_unknown()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");
        await browser.Page.Locator("[data-verdict]:not([data-verdict=unknown])").WaitForAsync();

        await portal.Database.CutOffAppAsync();
        try
        {
            await browser.Page.Locator("[data-verdict=unknown]").WaitForAsync();
            Assert.Matches(@"^State unknown since \d\d:\d\d:\d\d$", await browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync());
            Assert.Equal("grayscale(1)", await browser.Page.Locator(".stale").EvaluateAsync<string>("part => getComputedStyle(part).filter"));
            await browser.Page.GetByText("Out of date").WaitForAsync();
            await browser.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Unknown. State unknown since" }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
        finally
        {
            await portal.Database.LetAppInAsync();
        }

        await browser.Page.Locator("[data-verdict]:not([data-verdict=unknown])").WaitForAsync();
    }

    [Fact]
    public async Task Pause_is_beside_the_verdict_and_says_how_many_reminders_it_would_lose()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Pause reminders …" }).ClickAsync();
        var lost = await portal.Database.OwnerDataSource.ScalarAsync<long>("SELECT reminders FROM shift_reminders.lost_by_pause('{24:00:00}')");
        await browser.Page.GetByRole(AriaRole.Dialog).Locator("label").Filter(new() { HasText = "from now" }).Last.ClickAsync();

        await browser.Page.GetByText(string.Create(CultureInfo.InvariantCulture, $"{lost:N0} reminder")).First.WaitForAsync();
        Assert.Empty(await Axe.ViolationsAsync(browser.Page));
    }

    private static long? Leading(string words) => LeadingNumber().Match(words) is { Success: true } match
        ? long.Parse(match.Groups["number"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : null;

    private static async Task<long> CountAsync(IPage page, string href)
    {
        if (href.StartsWith("/due", StringComparison.Ordinal))
            return href.Contains("unreachable", StringComparison.Ordinal) && !href.Contains("minute", StringComparison.Ordinal)
                ? await page.EvaluateAsync<long>("() => new Set([...document.querySelectorAll('tr[data-person]')].map(row => row.dataset.person)).size")
                : await page.Locator("tr[data-person]").CountAsync();
        if (href.Contains('#', StringComparison.Ordinal)) return await page.Locator("tr[data-processor=alive]").CountAsync();
        if (href.StartsWith("/shifts", StringComparison.Ordinal)) return long.Parse(await page.Locator(".cell[aria-current] .cell-count").InnerTextAsync(), CultureInfo.InvariantCulture);
        return await page.EvaluateAsync<long>("() => Math.max(0, Number(document.querySelector('table[aria-rowcount]')?.getAttribute('aria-rowcount') ?? 1) - 1)");
    }

    [GeneratedRegex(@"^(?<number>[\d,]+)\b")]
    private static partial Regex LeadingNumber();
}
