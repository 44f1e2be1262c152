using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>Somebody knows a part of a person's name.</summary>
public sealed class PersonPickerTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private BrowserSession browser = null!;

    private IPage Page => browser.Page;

    private ILocator Field => Page.GetByRole(AriaRole.Combobox, new() { Name = "Person, by a part of the name" });

    private ILocator Options => Page.GetByRole(AriaRole.Listbox, new() { Name = "People" }).GetByRole(AriaRole.Option);

    public async ValueTask InitializeAsync()
    {
        await portal.Database.OwnerDataSource.EmptyAsync("public.profiles");
        browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
    }

    public ValueTask DisposeAsync() => browser.DisposeAsync();

    [Theory]
    [InlineData("/reminders")]
    [InlineData("/explain")]
    public async Task Part_of_a_name_offers_whoever_has_it_and_the_keyboard_chooses(string page)
    {
        await portal.Database.Given.PersonAsync("Anna Müller");
        var wanted = await portal.Database.Given.PersonAsync("Zoë Müllerová");
        await portal.Database.Given.PersonAsync("Ben Fischer");
        await browser.GoToAsync(page);

        await Field.PressSequentiallyAsync("mull");
        await Expect(Options).ToHaveTextAsync(["Anna Müller", "Zoë Müllerová"]);
        await Field.PressAsync("ArrowDown");
        await Expect(Options.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(Field).ToHaveAttributeAsync("aria-activedescendant", await Options.Nth(1).GetAttributeAsync("id") ?? "");
        await Field.PressAsync("Enter");

        await Expect(Page).ToHaveURLAsync($"{page}?person={wanted}");
        await Expect(Options).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Name_that_nobody_has_is_said_to_have_found_no_one()
    {
        await portal.Database.Given.PersonAsync("Ben Fischer");
        await browser.GoToAsync("/explain");

        await Field.PressSequentiallyAsync("xyz");

        await Expect(Page.Locator(".person-list")).ToHaveTextAsync("No person found for “xyz”.");
        await Field.PressAsync("Escape");
        await Expect(Page.Locator(".person-list")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Two_of_one_name_are_told_apart_by_their_ids_and_a_click_chooses()
    {
        Guid[] namesakes = [await portal.Database.Given.PersonAsync("Same Name"), await portal.Database.Given.PersonAsync("Same Name")];
        await browser.GoToAsync("/explain");

        await Field.PressSequentiallyAsync("same");
        await Options.Filter(new() { HasText = namesakes[1].ToString()[..8] }).ClickAsync();

        await Expect(Page).ToHaveURLAsync($"/explain?person={namesakes[1]}");
    }
}
