using System.Globalization;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>A supervisor looks after tonight's shifts.</summary>
public sealed class SupervisorJourneyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan InAMoment = TimeSpan.FromMinutes(10);
    private const string Supervisor = "supervisor@example.test";

    [Fact]
    public async Task Supervisor_finds_why_a_person_was_not_reminded_and_the_address_keeps_it()
    {
        await portal.App.AccountAsync(Supervisor, Roles.Supervisor);
        var given = portal.Database.Given;
        // Before midnight the shifts may begin tomorrow; both on the same day, unless it strikes between the two lines.
        var day = TimeProvider.System.GetUtcNow() + InAMoment;
        await given.ShiftAsync(await given.PersonAsync("Phoneless Paula"), InAMoment, label: "Ward 3");
        var attended = await given.ShiftAsync(await given.ReachablePersonAsync("Early Emma"), InAMoment);
        await given.CheckInAsync(attended);
        await using var browser = await Browser.OpenAsync(portal.App, Supervisor);
        await browser.GoToAsync(string.Create(CultureInfo.InvariantCulture, $"/shifts?day={day:yyyy-MM-dd}"));

        await browser.Page.GetByText("One person cannot be reached").WaitForAsync();
        await browser.Page.GetByLabel("Person, label or shift number").FillAsync("emma");
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.GetByText("1 of 2 shifts").WaitForAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Why? Early Emma, 15 minutes before the start" }).ClickAsync();
        var why = browser.Page.GetByRole(AriaRole.Complementary);
        await why.GetByText("The person had already checked in.").WaitForAsync();

        await browser.Page.ReloadAsync();
        await browser.ReadyAsync();
        await browser.Page.GetByText("1 of 2 shifts").WaitForAsync();
        await why.GetByText("The person had already checked in.").WaitForAsync();
        await browser.Page.GoBackAsync();
        await why.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Contains("q=emma", browser.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Supervisor_reads_the_rules_and_finds_no_field_that_looks_as_if_they_could_be_changed()
    {
        await portal.App.AccountAsync("reader@example.test", Roles.Supervisor);
        await using var browser = await Browser.OpenAsync(portal.App, "reader@example.test");

        await browser.GoToAsync("/rules?rule=end");

        await browser.Page.GetByText("Your shift ended at {end}").WaitForAsync();
        await browser.Page.GetByText("At the end").First.WaitForAsync();
        Assert.Equal(0, await browser.Page.Locator("main :is(input, select, textarea)").CountAsync());
        await browser.GoToAsync("/rules?rule=new!");
        await browser.Page.GetByText("Only admins make rules.").WaitForAsync();
    }

    [Theory]
    [InlineData("/shifts?day=0001-01-01&q=%00&show=__&shift=99999999999999999999&person=x&kind=%27")]
    [InlineData("/shifts?day=2026-11-23&shift=1&person=00000000-0000-0000-0000-000000000000&kind=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/cron?before=-1&status=%27%3B--&job=x")]
    [InlineData("/rules?rule=%3Cimg%20src=x%20onerror=alert(1)%3E")]
    [InlineData("/phone?person=x&q=%00%25")]
    [InlineData("/test-shifts?batch=9223372036854775807&show=%27")]
    public async Task Absurd_address_breaks_no_page(string address)
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);

        await browser.GoToAsync(address);

        Assert.NotEmpty(await browser.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync());
        Assert.Equal(0, await browser.Page.GetByText("ran into an error").CountAsync());
        Assert.Empty(browser.Complaints);
    }
}
