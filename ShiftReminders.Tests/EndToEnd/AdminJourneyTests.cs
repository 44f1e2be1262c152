using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;

namespace ShiftReminders.Tests.EndToEnd;

/// <summary>An admin pauses, runs by hand and changes rules; and somebody who is no admin any more does not.</summary>
public sealed class AdminJourneyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Admin_pauses_with_a_reason_and_resumes()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/cron");

        await ClickAsync(browser, "Pause reminders …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("moving house");
        await ClickAsync(browser, "Pause all reminders");
        await browser.Page.GetByText("moving house").First.WaitForAsync();
        await ClickAsync(browser, "Resume reminders …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("moved");
        await ClickAsync(browser, "Resume");

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Pause reminders …" }).WaitForAsync();
        Assert.Equal(
            [$"{PortalFixture.Admin} pause moving house", $"{PortalFixture.Admin} resume moved"],
            await portal.Database.OwnerDataSource.ColumnAsync<string>(
                "SELECT concat_ws(' ', actor, act, why) FROM shift_reminders.audit WHERE subject = 'reminders' ORDER BY id"));
    }

    [Fact]
    public async Task Setting_that_cannot_be_is_refused_in_the_dialog_and_one_that_can_is_kept_with_who_and_why()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/settings");

        await ClickAsync(browser, "Change: Keep the run history for");
        await browser.Page.GetByLabel("Value", new() { Exact = true }).FillAsync("two weeks");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("auditors ask");
        await ClickAsync(browser, "Change");
        await browser.Page.GetByText("\"two weeks\" is no length of time.").WaitForAsync();
        await browser.Page.GetByLabel("Value", new() { Exact = true }).FillAsync("21 days");
        await ClickAsync(browser, "Change");

        await browser.Page.Locator("[data-setting=keep_runs]").GetByText("21 days").WaitForAsync();
        Assert.Equal([$"{PortalFixture.Admin}: auditors ask, from 14 days to 21 days"], await portal.Database.OwnerDataSource.ColumnAsync<string>(
            "SELECT format('%s: %s, from %s to %s', actor, why, before #>> '{}', after #>> '{}') FROM shift_reminders.audit WHERE subject = 'setting keep_runs'"));
    }

    [Fact]
    public async Task Run_by_hand_is_recorded_with_its_result()
    {
        var given = portal.Database.Given;
        var shift = await given.ShiftAsync(await given.ReachablePersonAsync("Hand Hanna"), TimeSpan.FromMinutes(15.5));
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/cron");

        await ClickAsync(browser, "Run now …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("cannot wait");
        await ClickAsync(browser, "Run now");

        // Another test of this class may have made a rule by which a second one is due.
        await browser.Page.GetByText(new Regex(@"Ran by hand: \d reminders? queued\.")).WaitForAsync();
        Assert.Equal(1L, await portal.Database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE schedule_id = $1", shift));
        await browser.Page.GetByRole(AriaRole.Cell, new() { Name = "by hand" }).First.WaitForAsync();
    }

    [Fact]
    public async Task Admin_makes_a_third_rule_and_sees_its_text_on_a_real_shift_first()
    {
        var given = portal.Database.Given;
        await given.ShiftAsync(await given.ReachablePersonAsync("Rule Rob"), TimeSpan.FromMinutes(60.5), label: "Pharmacy", timeZone: "Asia/Tokyo");
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/rules");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "New rule" }).ClickAsync();

        await browser.Page.GetByLabel("Name in the queue").FillAsync("start_60");
        await browser.Page.GetByLabel("Title").First.FillAsync("1 hour before the start");
        await browser.Page.GetByLabel("Body").FillAsync("{label} calls, {name}");
        // The earliest shift is shown first, and another test of this class may have made an earlier one.
        await browser.Page.GetByLabel("Shown for").ClickAsync();
        await browser.Page.GetByRole(AriaRole.Option, new() { Name = "Rule Rob" }).ClickAsync();
        await browser.Page.GetByText("Pharmacy calls, Rule Rob").WaitForAsync();
        await browser.Page.GetByText("1 shift will be queued within a minute").WaitForAsync();
        await ClickAsync(browser, "Make rule …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("people asked");
        await ClickAsync(browser, "Make rule");

        await browser.Page.GetByText("3 rules remind people").WaitForAsync();
        await Assertions.Expect(browser.Page).ToHaveURLAsync("/rules?rule=start_60");
    }

    [Fact]
    public async Task Second_of_two_admins_is_told_who_saved_before()
    {
        await portal.App.AccountAsync("other@example.test", Roles.Admin);
        await using var first = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await using var second = await Browser.OpenAsync(portal.App, "other@example.test");
        await first.GoToAsync("/rules?rule=end");
        await second.GoToAsync("/rules?rule=end");

        await SaveGraceAsync(first, "10 min");
        await first.Page.GetByText("last saved by").First.WaitForAsync();
        await SaveGraceAsync(second, "12 min");

        await second.Page.GetByText("Nothing was changed").WaitForAsync();
        Assert.Equal(TimeSpan.FromMinutes(10), await portal.Database.OwnerDataSource.ScalarAsync<TimeSpan>(
            "SELECT grace FROM shift_reminders.rules WHERE notify_type = 'end'"));
    }

    [Fact]
    public async Task Invitation_without_an_address_says_so_at_the_field()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/access");
        await ClickAsync(browser, "Invite somebody");

        await ClickAsync(browser, "Make a link");
        await browser.Page.GetByText("Give an email address").WaitForAsync();
        await browser.Page.GetByLabel("Email", new() { Exact = true }).FillAsync("new@example.test");
        await ClickAsync(browser, "Make a link");

        await browser.Page.GetByTestId("one-time-link").WaitForAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button).First).ToHaveTextAsync("Copy link");
    }

    [Fact]
    public async Task Act_on_an_open_page_is_refused_once_the_role_is_gone()
    {
        var account = await portal.App.AccountAsync("demoted@example.test", Roles.Admin);
        await using var browser = await Browser.OpenAsync(portal.App, "demoted@example.test");
        await browser.GoToAsync("/cron");
        await ClickAsync(browser, "Run now …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("I still can");

        await portal.App.Services.GetRequiredService<Accounts>().ChangeRolesAsync(
            await portal.App.PermitAsync(portal.AdminId, Act.ManageAccess), account, [Roles.Supervisor], "moved on", TestContext.Current.CancellationToken);
        await ClickAsync(browser, "Run now");

        await Eventually.TrueAsync("the act is refused or the page is gone", Patience, async () =>
            await browser.Page.GetByText("You may not run the enqueue").CountAsync() > 0
            || await browser.Page.GetByText("sign-in has ended").CountAsync() > 0
            || !browser.Page.Url.EndsWith("/cron", StringComparison.Ordinal));
        Assert.Equal(0L, await portal.Database.OwnerDataSource.ScalarAsync<long>(
            "SELECT count(*) FROM shift_reminders.audit WHERE actor = 'demoted@example.test'"));
    }

    private static async Task SaveGraceAsync(BrowserSession browser, string grace)
    {
        await browser.Page.GetByLabel("Useful for").FillAsync(grace);
        await browser.Page.GetByLabel("Useful for").BlurAsync();
        await ClickAsync(browser, "Save …");
        await browser.Page.GetByLabel("Why", new() { Exact = true }).FillAsync("because");
        await ClickAsync(browser, "Save rule");
    }

    private static Task ClickAsync(BrowserSession browser, string button) =>
        browser.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
