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
        await portal.Database.OwnerDataSource.EmptyAsync("public.scheduled_notifications", "public.duty_schedules");
        for (var row = 1; row <= Rows; row++)
        {
            // The last one on another day, whose date has to be told too.
            var due = row < Rows ? TimeSpan.FromMinutes(-row) : TimeSpan.FromHours(-30);
            await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync($"Person {row:00}"), due, "failed", "no_device");
        }
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
        await Expect(matching).ToContainClassAsync("mud-button-filled");
        var before = await PlacesAsync(ticks);

        await ticks.First.CheckAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 1 selected …" })).ToBeInViewportAsync();

        Assert.Equal(before, await PlacesAsync(ticks));
        await Expect(matching).Not.ToContainClassAsync("mud-button-filled");
        await ticks.Last.CheckAsync();
        await Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Resend 2 selected …" })).ToContainClassAsync("mud-button-filled");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Clear selection" }).ClickAsync();
        await Expect(ticks.First).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task Reason_has_room_at_every_width_and_the_details_hide_neither_their_row_nor_the_menu()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        var row = browser.Page.GetByRole(AriaRole.Row, new() { Selected = true });
        var problems = new List<string>();
        foreach (var width in new[] { 768, 900, 1100, 1101, 1280, 1440, 1920 })
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.GoToAsync("/reminders?tab=failed");
            await Expect(browser.Page.Locator(".reminders tbody .row-link")).ToHaveCountAsync(Rows);
            problems.AddRange(await browser.Page.EvaluateAsync<string[]>(CrampedReasons, $"{width} px, list alone"));

            await browser.Page.Locator(".reminders tbody .row-link").Nth(9).ClickAsync();
            await Expect(browser.Page.Locator("[data-pane-title]")).ToBeInViewportAsync();
            await Expect(row).ToBeInViewportAsync(new() { Ratio = 0.9f });
            problems.AddRange(await browser.Page.EvaluateAsync<string[]>(CrampedReasons, $"{width} px, list and details"));
            problems.AddRange(await browser.Page.EvaluateAsync<string[]>(HiddenByPane, $"{width} px"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(900)]
    public async Task Long_name_keeps_its_first_word_whichever_way_it_is_written(int width)
    {
        const string Arabic = "محمد بن عبد الرحمن بن سليمان بن عبد الله الفارسي المدني الطويل";
        const string Latin = "Maximiliane Alexandra von und zu Hohenlohe-Langenburg-Schillingsfürst";
        await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync(Arabic), TimeSpan.FromMinutes(-1), "failed", "no_device");
        await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync(Latin), TimeSpan.FromMinutes(-1), "failed", "no_device");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width);
        await browser.GoToAsync("/reminders?tab=failed");

        foreach (var name in new[] { Arabic, Latin })
            Assert.True(await browser.Page.GetByRole(AriaRole.Link, new() { Name = name }).EvaluateAsync<bool>(FirstWordInSight), name);
    }

    [Theory]
    [InlineData("failed", "State", "Late")]
    [InlineData("failed&kind=start_15", "State", "Late", "Kind")]
    [InlineData("sent", "Reason")]
    [InlineData("all")]
    public async Task Column_that_would_say_the_same_in_every_row_is_left_out(string tab, params string[] leftOut)
    {
        await portal.Database.StoreAsync(await portal.Database.Given.PersonAsync("Sent"), TimeSpan.FromMinutes(-1));
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.Page.SetViewportSizeAsync(1920, 900);
        await browser.GoToAsync($"/reminders?tab={tab}");
        var row = browser.Page.Locator(".reminders tbody tr[aria-rowindex]").First;
        await Expect(row.Locator("[data-label=Person]")).ToBeVisibleAsync();

        var hidden = await row.Locator("td[data-label]").EvaluateAllAsync<string[]>(
            "cells => cells.filter(cell => getComputedStyle(cell).display === 'none').map(cell => cell.dataset.label)");

        Assert.Equal(leftOut.Order(), hidden.Order());
    }

    [Fact]
    public async Task Phone_shows_person_state_due_and_reason_of_each_row()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin, width: 360);
        await browser.GoToAsync("/reminders?tab=failed");
        var row = browser.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Person 01" });

        foreach (var cell in new[] { "State", "Person", "Shift", "Due", "Reason" })
            await Expect(row.Locator($"[data-label={cell}]")).ToBeVisibleAsync();
        Assert.True(await row.EvaluateAsync<bool>("row => row.scrollWidth <= row.clientWidth"));
    }

    /// <summary>The reasons that are too narrow to be read, or out of the list's box, and the times that are cut.</summary>
    private const string CrampedReasons =
        """
        (where) => {
          const box = document.querySelector(".reminder-scroll").getBoundingClientRect();
          const cells = [...document.querySelectorAll(".reminders td.why")].map(cell => cell.getBoundingClientRect());
          const cramped = cells.filter(at => at.width < 150 || at.left < box.left || at.right > box.right + 1).map(at => `${where}: a reason from ${at.left} to ${at.right}`);
          const cut = [...document.querySelectorAll(".reminders td.due")].filter(cell => cell.scrollWidth > cell.clientWidth);
          return [...cramped, ...cut.map(cell => `${where}: when it is due is cut, ${cell.textContent}`)];
        }
        """;

    /// <summary>What of the opened row and the menu lies below the details.</summary>
    private const string HiddenByPane =
        """
        (where) => ["tr[aria-selected=true]", "tr[aria-selected=true] .why", "#navigation .active", "[data-nav-toggle]"].filter(part => {
          const at = document.querySelector(part).getBoundingClientRect();
          return at.width > 0 && document.querySelector("[data-pane]").contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2));
        }).map(part => `${where}: the details hide ${part}`)
        """;

    private const string FirstWordInSight =
        """
        (link) => {
          const first = document.createRange();
          const text = document.createTreeWalker(link, NodeFilter.SHOW_TEXT).nextNode();
          first.setStart(text, 0);
          first.setEnd(text, text.data.indexOf(" "));
          const word = first.getBoundingClientRect(), cell = link.closest("td").getBoundingClientRect();
          return word.left >= cell.left && word.right <= cell.right;
        }
        """;

    private static Task<string> PlacesAsync(ILocator ticks) => ticks.EvaluateAllAsync<string>(
        "boxes => boxes.map(box => box.getBoundingClientRect()).map(at => `${at.x} ${at.y}`).join()");
}
