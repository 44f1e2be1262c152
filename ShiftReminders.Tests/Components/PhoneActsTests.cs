using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Components.Phone;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Components;

/// <summary>What testers do to simulated phones is permitted and on record like every other act.</summary>
public sealed class PhoneActsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PhoneActs Phones => portal.App.Services.GetRequiredService<PhoneActs>();

    [Fact]
    public async Task Answer_of_a_phone_is_on_record_with_what_it_was_before()
    {
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.PlayPhones);

        await Phones.BehaveAsync(permit, "phone-1", PushOutcome.Gone, remaining: 2, TimeSpan.FromSeconds(3), Token);
        await Phones.BehaveAsync(permit, "phone-1", PushOutcome.Accepted, remaining: null, TimeSpan.Zero, Token);

        Assert.Equal(
            [$"{PortalFixture.Admin} device phone-1 accepted gone 2 00:00:03", $"{PortalFixture.Admin} device phone-1 gone accepted 00:00:00"],
            await portal.Database.OwnerDataSource.ColumnAsync<string>("""
                SELECT concat_ws(' ', actor, subject, before->>'outcome', after->>'outcome', after->>'times', after->>'latency')
                FROM shift_reminders.audit WHERE act = 'tell a simulated phone how to answer' ORDER BY id
                """));
    }

    [Fact]
    public async Task Clearing_of_a_phone_is_on_record()
    {
        var person = Guid.NewGuid();

        await Phones.ClearAsync(await portal.App.PermitAsync(portal.AdminId, Act.PlayPhones), person, Token);

        Assert.Equal($"{PortalFixture.Admin} 0", await portal.Database.OwnerDataSource.ScalarAsync<string>(
            "SELECT concat_ws(' ', actor, after->>'cleared') FROM shift_reminders.audit WHERE act = 'clear simulated phones' AND subject = $1", $"person {person}"));
    }

    [Fact]
    public async Task Permit_for_something_else_moves_no_phone()
    {
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.SeedTestShifts);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Phones.ClearAsync(permit, Guid.NewGuid(), Token));
    }
}
