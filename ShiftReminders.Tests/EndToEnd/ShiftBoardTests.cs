using System.Globalization;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>The board of a day on screens of all sizes.</summary>
public sealed class ShiftBoardTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InAMoment = TimeSpan.FromMinutes(40);
    private long shift;

    // Before midnight the shifts may begin tomorrow.
    private static string Board => string.Create(
        CultureInfo.InvariantCulture, $"/shifts?day={TimeProvider.System.GetUtcNow() + InAMoment:yyyy-MM-dd}");

    public async ValueTask InitializeAsync()
    {
        await portal.Database.OwnerDataSource.EmptyAsync("public.duty_schedules", "public.attendance_logs");
        for (var person = 1; person <= 12; person++)
        {
            shift = await portal.Database.Given.ShiftAsync(
                await portal.Database.Given.PersonAsync($"Person {person:00} Longname-Example"), InAMoment, timeZone: "America/Argentina/Buenos_Aires",
                label: "Intensive care unit, building North, third floor, night desk");
            await portal.Database.Given.CheckInAsync(shift);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_column_and_no_shift_number_is_cut_off_at_any_width_nor_beside_the_explanation()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        var problems = new List<string>();
        foreach (var width in new[] { 768, 821, 1100, 1200, 1201, 1280, 1440, 1920 })
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.GoToAsync(Board);
            problems.AddRange(await CutOffAsync(browser.Page, $"{width} px, board alone"));

            await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Why? Person 09 Longname-Example, At the end" }).ClickAsync();
            await Expect(browser.Page.Locator("[data-pane-title]")).ToBeInViewportAsync();
            await Expect(browser.Page.GetByRole(AriaRole.Row, new() { Selected = true })).ToBeInViewportAsync(new() { Ratio = 0.9f });
            problems.AddRange(await CutOffAsync(browser.Page, $"{width} px, beside the explanation"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public async Task Explanation_says_when_the_search_has_taken_its_shift_out_of_the_list()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Board);
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Why? Person 09 Longname-Example, At the end" }).ClickAsync();
        var why = browser.Page.GetByRole(AriaRole.Complementary);
        await Expect(why).ToContainTextAsync("Person 09");
        await Expect(why).Not.ToContainTextAsync("out of the list");

        await browser.Page.GetByLabel("Person, label or shift number").FillAsync("person 01");
        await browser.Page.Keyboard.PressAsync("Enter");

        await Expect(why).ToContainTextAsync("The filter leaves this shift out of the list.");
        await why.GetByRole(AriaRole.Link, new() { Name = "Show the whole day" }).ClickAsync();
        await Expect(browser.Page.GetByText("12 shifts")).ToBeVisibleAsync();
        await Expect(why).Not.ToContainTextAsync("out of the list");
    }

    // What is cut off stays so; a busy browser may only not have folded the columns yet.
    private static async Task<string[]> CutOffAsync(IPage page, string where)
    {
        string[] cutOff = [];
        await Eventually.BecomesTrueAsync("nothing is cut off", Patience, async () =>
            (cutOff = await page.EvaluateAsync<string[]>(CutOff, where)).Length == 0);
        return cutOff;
    }

    /// <summary>Cells and shift numbers that lie outside of the board's box.</summary>
    private const string CutOff =
        """
        (where) => {
          const box = document.querySelector(".board").getBoundingClientRect();
          return [...document.querySelectorAll(".board :is(th, .number)")].filter(part => {
            const at = part.getBoundingClientRect();
            const cell = part.closest("th, td").getBoundingClientRect();
            return at.width > 0 && (at.right > box.right + 1 || at.right > cell.right + 1);
          }).map(part => `${where}: ${part.textContent}`);
        }
        """;
}
