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

    [Fact]
    public async Task Day_of_900_shifts_is_drawn_at_its_end_and_at_its_beginning_and_keeps_its_length()
    {
        await ManyShiftsAsync(900);
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Board);
        var scroller = browser.Page.Locator(".board");
        await Expect(browser.Page.GetByText("912 shifts")).ToBeVisibleAsync();
        await Expect(scroller.GetByText("Shift of many 1", new() { Exact = true })).ToBeVisibleAsync();
        var pageHeight = await browser.Page.EvaluateAsync<int>("document.documentElement.scrollHeight");

        for (var time = 1; time <= 3; time++)
        {
            await ScrollAsync(scroller, "board.scrollHeight", "Shift of many 900");
            await ScrollAsync(scroller, "0", "Shift of many 1");
        }

        Assert.Equal(pageHeight, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        Assert.InRange(await scroller.EvaluateAsync<int>("board => board.scrollHeight"), 912 * 30, 912 * 100);
    }

    [Theory]
    [InlineData("grosskreutz")]
    [InlineData("nguyen thi")]
    public async Task Search_of_the_board_needs_neither_the_accents_of_a_name_nor_those_of_a_label(string words)
    {
        await portal.Database.Given.ShiftAsync(await portal.Database.Given.PersonAsync("Nguyễn Thị"), InAMoment, label: "Station Großkreutz");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Board);

        await browser.Page.GetByLabel("Person, label or shift number").FillAsync(words);
        await browser.Page.Keyboard.PressAsync("Enter");

        await Expect(browser.Page.GetByText("1 of 13 shifts")).ToBeVisibleAsync();
        await Expect(browser.Page.Locator(".board [data-row]")).ToContainTextAsync("Nguyễn Thị");
    }

    [Fact]
    public async Task Every_number_of_the_board_leads_to_exactly_what_it_counts()
    {
        for (var person = 1; person <= 14; person++)
            await portal.Database.Given.ShiftAsync(await portal.Database.Given.ReachablePersonAsync($"Reachable {person:00}"), InAMoment);
        await portal.Database.Given.ShiftAsync(await portal.Database.Given.PersonAsync("Unassigned soon"), InAMoment, status: "cancelled");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync(Board);
        var cells = browser.Page.GetByRole(AriaRole.Navigation, new() { Name = "Expected against actual" }).GetByRole(AriaRole.Link);
        for (var cell = 0; cell < await cells.CountAsync(); cell++)
        {
            await browser.GoToAsync(Board);
            var count = int.Parse((await cells.Nth(cell).Locator("strong").TextContentAsync())!, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            await cells.Nth(cell).ClickAsync();
            if (count == 0) await Expect(browser.Page.GetByText("No shift of this day matches.")).ToBeVisibleAsync();
            else await Expect(browser.Page.Locator(".board .why .chip")).ToHaveCountAsync(count);
        }

        await browser.GoToAsync(Board);
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "12 people cannot be reached" }).ClickAsync();
        await Expect(browser.Page.Locator(".board [data-row]")).ToHaveCountAsync(12);
        await browser.Page.GetByRole(AriaRole.Region, new() { Name = "12 people cannot be reached" }).GetByRole(AriaRole.Link, new() { Name = "Person 07" }).ClickAsync();
        await Expect(browser.Page.Locator("[data-pane-title]")).ToContainTextAsync("Person 07");
    }

    // Rows that are drawn for the first time may be taller than their spacer was: as people do, it is scrolled on to the end.
    private static Task ScrollAsync(ILocator scroller, string to, string row) => Eventually.TrueAsync($"{row} is in sight", Patience, () =>
        scroller.EvaluateAsync<bool>(
            $$"""
            (board, row) => {
              board.scrollTop = {{to}};
              const box = board.getBoundingClientRect();
              return [...board.querySelectorAll(".cut")].some(text => text.textContent === row
                && text.getBoundingClientRect().top > box.top && text.getBoundingClientRect().bottom < box.bottom);
            }
            """, row));

    // Begin before those of the twelve people and end after them, in the order of their names.
    private Task<int> ManyShiftsAsync(int count) => portal.Database.OwnerDataSource.ExecuteAsync(
        """
        INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at, label)
        SELECT s.assigned_user_id, s.start_at + (CASE WHEN i = $1 THEN 1 ELSE -1 END) * interval '1 second', s.end_at, 'Shift of many ' || i
        FROM public.duty_schedules s, generate_series(1, $1) AS i WHERE s.id = $2 ORDER BY i
        """, count, shift);

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
