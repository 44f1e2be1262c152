using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>Whoever uses the keyboard sees where they are: on every page, and in every dialog from its first field on.</summary>
public sealed class VisibleFocusTests(BusyPortal busy) : IClassFixture<BusyPortal>
{
    // Focused after a key was pressed, an element is drawn as it is for whoever tabs to it. A field shows the focus by the
    // frame around its input.
    private const string ThingsWithoutVisibleFocus =
        """
        () => {
          const outlined = (element) => {
            const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
            return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/, 0\)$|transparent/.test(outlineColor);
          };
          const shown = (element) => {
            for (let part = element, steps = 0; part && steps < 4; part = part.parentElement, steps++) if (outlined(part)) return true;
            const frame = element.parentElement.querySelector(":scope > .mud-input-outlined-border");
            return frame && parseFloat(getComputedStyle(frame).borderTopWidth) >= 2;
          };
          const missing = [];
          for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
            if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
            element.focus({ preventScroll: true });
            if (document.activeElement !== element || !element.matches(":focus-visible") || shown(element)) continue;
            missing.push(element.outerHTML.slice(0, 160));
          }
          return missing;
        }
        """;

    public static TheoryData<string, string> Dialogs { get; } = new()
    {
        { "/cron", "Pause reminders …" },
        { "/cron", "Run now …" },
        { "/access", "Invite somebody" },
        { "/rules?rule=end", "Save …" },
        { "/rules?rule=end", "Remove rule …" },
        { "/reminders?tab=failed", "matching …" },
        { "/reminders?tab=all&state=failed", "Cancel" },
    };

    [Theory]
    [InlineData(1440)]
    [InlineData(360)]
    public async Task Everything_that_can_be_reached_by_the_keyboard_shows_the_focus_on_every_page(int width)
    {
        await using var browser = await Browser.OpenAsync(busy.App, PortalFixture.Admin, width);
        var problems = new List<string>();

        foreach (var page in PortalPages.All.Concat(busy.DeepPages))
        {
            await browser.GoToAsync(page);
            await browser.Page.Keyboard.PressAsync("Tab");
            problems.AddRange((await browser.Page.EvaluateAsync<string[]>(ThingsWithoutVisibleFocus)).Select(thing => $"{page}: {thing}"));
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public async Task Field_that_was_clicked_leaves_the_focus_to_the_one_that_somebody_has_gone_on_to()
    {
        await using var browser = await Browser.OpenAsync(busy.App, PortalFixture.Admin);
        await browser.GoToAsync("/rules?rule=end");
        var next = browser.Page.GetByLabel("Body", new() { Exact = true }).First;

        await browser.Page.GetByLabel("Title", new() { Exact = true }).First.ClickAsync();
        await next.FocusAsync();
        await browser.Page.Keyboard.TypeAsync("!");

        // The server answers in the order in which it was told: what it makes of the click comes before this.
        await Expect(browser.Page.GetByText("Not saved yet")).ToBeVisibleAsync();
        await Expect(next).ToBeFocusedAsync();
    }

    [Theory]
    [MemberData(nameof(Dialogs))]
    public async Task Dialog_opens_with_the_focus_in_its_first_field_and_nothing_red(string page, string button)
    {
        await using var browser = await Browser.OpenAsync(busy.App, PortalFixture.Admin);
        await browser.GoToAsync(page);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = button }).First.ClickAsync();

        var dialog = browser.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.Locator("input, textarea").First).ToBeFocusedAsync();
        await Expect(dialog.Locator(".mud-input-error, [aria-invalid=true]")).ToHaveCountAsync(0);
    }
}
