using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.TestShifts;

namespace ShiftReminders.Tests.TestShifts;

/// <summary>Where test shifts are off there is nothing to call, and the page says what to set.</summary>
public sealed class SwitchedOffTests(SwitchedOffTests.Production portal) : IClassFixture<SwitchedOffTests.Production>
{
    [Fact]
    public void Nothing_that_seeds_is_registered()
    {
        Assert.Null(portal.App.Services.GetService<TestBatches>());
        Assert.Null(portal.App.Services.GetService<TestAttendance>());
    }

    [Fact]
    public async Task Page_says_what_to_set_and_offers_no_form()
    {
        await using var browser = await Browser.OpenAsync(portal.App, PortalFixture.Admin);
        await browser.GoToAsync("/test-shifts");

        await browser.Page.GetByText("TestShifts__Enabled=true").WaitForAsync();

        Assert.Equal(0, await browser.Page.GetByText("New test shifts").CountAsync());
    }

    [Fact]
    public async Task Permit_for_another_act_seeds_nothing()
    {
        await using var staging = await PortalApp.StartAsync(portal.Database);
        var permit = await staging.PermitAsync(portal.AdminId, Act.RunEnqueue);
        var plan = new TestShiftPlan { People = [Guid.NewGuid()], Shifts = 1, StartsIn = TimeSpan.Zero, Lasts = TimeSpan.FromHours(1), Why = "no" };

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            staging.Services.GetRequiredService<TestBatches>().CreateAsync(permit, plan, TestContext.Current.CancellationToken));
    }

    public sealed class Production : PortalFixture
    {
        protected override string[] Settings => ["TestShifts:Enabled=false"];
    }
}
