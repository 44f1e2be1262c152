using Microsoft.Extensions.DependencyInjection;
using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Access;
using ShiftReminders.Web.Reminders.Acting;

namespace ShiftReminders.Tests.Reminders;

/// <summary>What people do to reminders, with permits of the real guard.</summary>
public sealed class ReminderActsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private ReminderActs Reminders => portal.App.Services.GetRequiredService<ReminderActs>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resend_does_to_each_what_its_preview_said_and_audits_it()
    {
        var database = portal.Database;
        var reachable = await database.Given.ReachablePersonAsync();
        var deviceless = await database.Given.PersonAsync();
        var due = TimeSpan.FromMinutes(-5);
        long[] ids = [await database.StoreAsync(reachable, due, "failed", "out_of_time"), await database.StoreAsync(deviceless, due, "failed", "no_device")];
        var previews = await Reminders.PreviewAsync(ids, new ResendWishes(), Cancellation);
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.ResendReminders);

        var (act, reports) = await Reminders.ResendAsync(permit, ids, new ResendWishes(), "phones were off", Cancellation);

        Assert.Equal([("ok", 1), ("no_device", 0)], previews.OrderBy(p => p.ReminderId).Select(p => (p.Result, p.Devices)));
        Assert.Equal(["ok", "no_device"], reports.OrderBy(r => r.ReminderId).Select(r => r.Result));
        Assert.Equal("pending failed", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT string_agg(state, ' ' ORDER BY id) FROM public.scheduled_notifications WHERE id = ANY ($1)", ids));
        var followed = await portal.App.Services.GetRequiredService<FollowedActs>().ReadAsync(act!.Value, Cancellation);
        Assert.Equal([new ActReminder(ids[0], ActOutcomes.Waiting)], followed!.Reminders);
        Assert.Equal(PortalFixture.Admin, followed.Actor);
        Assert.Equal("phones were off", await database.OwnerDataSource.ScalarAsync<string>(
            "SELECT why FROM shift_reminders.audit WHERE act = 'resend' AND actor = $1 AND subject = $2", PortalFixture.Admin, $"reminder {ids[0]}"));
    }

    [Fact]
    public async Task Two_admins_on_the_same_reminder_resend_it_once()
    {
        var database = portal.Database;
        var id = await database.StoreAsync(await database.Given.ReachablePersonAsync(), TimeSpan.FromMinutes(-5), "failed", "out_of_time");
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.ResendReminders);

        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Reminders.ResendAsync(permit, [id], new ResendWishes(), "again", Cancellation)));

        Assert.Single(reports, report => report.Reports.Single().Done);
        Assert.Single(reports, report => report.Act is not null);
        Assert.Equal(2, await database.OwnerDataSource.ScalarAsync<int>("SELECT generation FROM public.scheduled_notifications WHERE id = $1", id));
    }

    [Fact]
    public async Task Cancel_and_its_taking_back_report_per_reminder()
    {
        var database = portal.Database;
        var person = await database.Given.ReachablePersonAsync();
        var pending = await database.StoreAsync(person, TimeSpan.FromMinutes(1), "pending", reason: null);
        var sent = await database.StoreAsync(person, TimeSpan.FromMinutes(-5));
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.CancelReminders);

        var cancelled = await Reminders.CancelAsync(permit, [pending, sent], "wrong roster", Cancellation);
        var takenBack = await Reminders.TakeBackCancelAsync(permit, [pending, sent], "right after all", Cancellation);

        Assert.Equal([(pending, true), (sent, false)], cancelled.OrderBy(r => r.ReminderId).Select(r => (r.ReminderId, r.Done)));
        Assert.Equal([(pending, true), (sent, false)], takenBack.OrderBy(r => r.ReminderId).Select(r => (r.ReminderId, r.Done)));
    }

    [Fact]
    public async Task Permit_for_one_act_is_no_permit_for_another()
    {
        var permit = await portal.App.PermitAsync(portal.AdminId, Act.SaveView);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Reminders.ResendAsync(permit, [1], new ResendWishes(), "x", Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Reminders.CancelAsync(permit, [1], "x", Cancellation));
    }

    [Fact]
    public async Task More_than_anybody_can_look_at_is_refused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
        Reminders.PreviewAsync([.. Enumerable.Range(1, ReminderActs.Most + 1).Select(id => (long)id)], new ResendWishes(), Cancellation));
}
