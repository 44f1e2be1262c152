using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>A tester's whole way, with the app's own processor and the simulated phones.</summary>
public sealed class TesterJourneyTests(TesterJourneyTests.Staging staging) : IClassFixture<TesterJourneyTests.Staging>
{
    private const float AMinute = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Tester_seeds_a_shift_and_sees_its_reminder_arrive_on_the_phone()
    {
        var person = await staging.Database.Given.ReachablePersonAsync("Tara Testee");
        await using var browser = await Browser.OpenAsync(staging.App, Staging.Tester);
        await browser.GoToAsync("/test-shifts");

        await SeedAsync(browser.Page, "Tara Testee", "15 min 3 s");
        await browser.Page.GetByText("sent", new() { Exact = true }).First.WaitForAsync(new() { Timeout = AMinute });

        await browser.GoToAsync($"/phone?person={person}");
        var push = browser.Page.GetByTestId("push");
        await push.WaitForAsync(new() { Timeout = AMinute });
        Assert.Contains("Your shift starts at", await push.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Phone_that_is_told_to_be_gone_fails_the_reminder_and_the_batch_shows_it()
    {
        var person = await staging.Database.Given.ReachablePersonAsync("Gone Gustav");
        await using var browser = await Browser.OpenAsync(staging.App, Staging.Tester);
        await browser.GoToAsync($"/phone?person={person}");
        await Hands.Of("mouse", browser.Page).ChooseAsync("This phone", "has uninstalled the app (UNREGISTERED)");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await browser.Page.GetByText("Now: has uninstalled the app").WaitForAsync();

        await browser.GoToAsync("/test-shifts");
        await SeedAsync(browser.Page, "Gone Gustav", "15 min 2 s");

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "unregistered" }).WaitForAsync(new() { Timeout = AMinute });
    }

    [Fact]
    public async Task Person_whom_a_link_names_leads_the_list_of_phones()
    {
        await staging.Database.Given.ReachablePersonAsync("Aaron Ahead");
        var person = await staging.Database.Given.ReachablePersonAsync("Zoe Zuletzt");
        await using var browser = await Browser.OpenAsync(staging.App, Staging.Tester);

        await browser.GoToAsync($"/phone?person={person}");

        var first = browser.Page.GetByRole(AriaRole.List, new() { Name = "People" }).GetByRole(AriaRole.Link).First;
        await Assertions.Expect(first).ToContainTextAsync("Zoe Zuletzt");
        await Assertions.Expect(first).ToHaveAttributeAsync("aria-current", "true");
    }

    [Fact]
    public async Task Batch_is_removed_with_a_reason_and_its_shifts_are_gone()
    {
        await staging.Database.Given.ReachablePersonAsync("Removed Rita");
        await using var browser = await Browser.OpenAsync(staging.App, Staging.Tester);
        await browser.GoToAsync("/test-shifts");
        await SeedAsync(browser.Page, "Removed Rita", "3 h");
        var batch = System.Web.HttpUtility.ParseQueryString(new Uri(browser.Page.Url).Query)["batch"]!;

        var shifts = await staging.Database.OwnerDataSource.ColumnAsync<long>(
            "SELECT d.id::bigint FROM public.duty_schedules d JOIN public.profiles p ON p.id = d.assigned_user_id WHERE p.full_name = 'Removed Rita'");
        Assert.Single(shifts);

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = $"Remove batch {batch}", Exact = true }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Dialog).GetByLabel("Why", new() { Exact = true }).FillAsync("tested enough");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Remove 1 shift" }).ClickAsync();

        await Eventually.TrueAsync("the batch is removed", Patience, async () => await staging.Database.OwnerDataSource.ScalarAsync<bool>(
            "SELECT removed_at IS NOT NULL FROM shift_reminders.test_batches WHERE id = $1", long.Parse(batch, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Empty(await staging.Database.OwnerDataSource.ColumnAsync<long>(
            "SELECT id::bigint FROM public.duty_schedules WHERE id = ANY ($1)", shifts.ToArray()));
        await browser.Page.GetByText("Removed 1 shift and").WaitForAsync();
        await browser.Page.GetByText("Removed by").WaitForAsync();
        Assert.Empty(await Axe.ViolationsAsync(browser.Page));
        Assert.Equal("tested enough", await staging.Database.OwnerDataSource.ScalarAsync<string>(
            "SELECT why FROM shift_reminders.audit WHERE act = 'remove test shifts' AND subject = $1", $"test batch {batch}"));
    }

    [Theory]
    [InlineData("/test-shifts")]
    [InlineData("/phone")]
    public async Task Supervisor_is_refused_the_testers_pages(string page)
    {
        await using var browser = await Browser.OpenAsync(staging.App, Staging.Supervisor);

        await browser.Page.GotoAsync(page);

        await browser.Page.GetByText("You may not see this page").WaitForAsync();
    }

    private static async Task SeedAsync(IPage page, string person, string startsIn)
    {
        await page.GetByLabel("Search people").First.FillAsync(person);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = person }).CheckAsync();
        await page.GetByLabel("Starts in").FillAsync(startsIn);
        await page.GetByLabel("Starts in").BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Seed 1 shift" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/test-shifts\\?batch="));
    }

    /// <summary>A staging system: the processor runs, test shifts are on, and each role has an account.</summary>
    public sealed class Staging : PortalFixture
    {
        public const string Tester = "tester@example.test";
        public const string Supervisor = "supervisor@example.test";

        protected override string[] Settings => ["Processor:Enabled=true"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await App.AccountAsync(Tester, Roles.Tester);
            await App.AccountAsync(Supervisor, Roles.Supervisor);
        }
    }
}
