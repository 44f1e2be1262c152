using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>What came of what was resent, and what the audit says about it.</summary>
public sealed class FollowedActTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Each_reminder_of_an_act_is_told_by_the_end_of_what_the_act_began()
    {
        var ids = await SentAsync(6);
        await ResendAsync(ids);
        await CancelAsync(ids[3], ids[4]);
        await App.ExecuteAsync("SELECT * FROM shift_reminders.uncancel_reminders(ARRAY[$1], 'amy', 'oops')", ids[4]);
        var claims = (await ClaimAsync()).ToDictionary(claim => claim.ReminderId);
        await RecordAsync(claims[ids[0]], "accepted");
        await RecordAsync(claims[ids[2]], "rejected");

        Assert.Equal(["accepted", "waiting", "failed", "not_needed", "replaced", "waiting"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task What_expired_counts_among_the_failed()
    {
        await ResendAsync(await SentAsync(2));
        await PassAsync(Minutes(60));
        await TickAsync();

        Assert.Equal(["failed", "failed"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task Reminder_that_is_resent_once_more_counts_for_the_later_act()
    {
        var ids = await SentAsync(3);
        await ResendAsync(ids);
        var first = await ActAsync();
        foreach (var claim in await ClaimAsync()) await RecordAsync(claim, claim.ReminderId == ids[2] ? "rejected" : "accepted");

        await ResendAsync(ids[1..]);
        await RecordAsync((await ClaimAsync()).Single(claim => claim.ReminderId == ids[2]), "accepted");

        Assert.Equal(["accepted", "again", "again"], await OutcomesAsync(first));
        Assert.Equal(["waiting", "accepted"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task What_was_accepted_stays_so_when_the_shift_moves_afterwards()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await ResendAsync(await IdAsync(shift));
        await RecordAsync(await ClaimOneAsync(), "accepted");

        await MoveAsync(shift, TimeSpan.FromHours(6));
        await PassAsync(TimeSpan.FromHours(6));
        await TickAsync();

        Assert.Equal("pending #3", await StateAsync(shift));
        Assert.Equal(["accepted"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task Purged_reminder_is_still_one_of_the_act()
    {
        var ids = await SentAsync(2);
        await ResendAsync(ids);
        foreach (var claim in await ClaimAsync()) await RecordAsync(claim, "accepted");
        await PassAsync(TimeSpan.FromDays(91));
        while (await App.ScalarAsync<int>("SELECT shift_reminders.purge(100)") > 0)
        {
        }

        Assert.Equal(["forgotten", "forgotten"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task Audit_has_one_line_for_the_act_and_under_it_one_for_each_reminder_with_what_it_was()
    {
        var ids = await SentAsync(2);

        await ResendAsync(ids);

        var act = await ActAsync();
        Assert.Equal("resend of 2 reminders by amy: asked, for all", await Owner.ScalarAsync<string>(
            "SELECT act || ' of ' || subject || ' by ' || actor || ': ' || why || ', for ' || (after->>'target') FROM shift_reminders.audit WHERE id = $1", act));
        Assert.Equal(ids.Select(id => $"reminder {id} by amy: sent 1 to 2"), await Owner.ColumnAsync<string>(
            """
            SELECT subject || ' by ' || actor || ': ' || (before->>'state') || ' ' || (before->>'generation') || ' to ' || generation
            FROM shift_reminders.audit WHERE part_of = $1 ORDER BY reminder_id
            """, act));
    }

    [Fact]
    public async Task Resend_of_one_is_one_line()
    {
        var ids = await SentAsync(1);
        var before = await App.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM shift_reminders.audit");

        await ResendAsync(ids);

        Assert.Equal([$"reminder {ids[0]}"], await Owner.ColumnAsync<string>(
            "SELECT subject FROM shift_reminders.audit WHERE id > $1", before));
        Assert.Equal(["waiting"], await OutcomesAsync(await ActAsync()));
    }

    [Fact]
    public async Task What_is_no_resend_has_no_reminders()
    {
        Assert.Empty(await OutcomesAsync(await App.ScalarAsync<long>("SELECT shift_reminders.record_audit('amy', 'pause', 'reminders')")));
        Assert.Empty(await OutcomesAsync(-1));
    }

    private async Task<long[]> SentAsync(int count)
    {
        var ids = new long[count];
        for (var at = 0; at < count; at++) ids[at] = await IdAsync((await DueReminderAsync()).Shift);
        foreach (var claim in await ClaimAsync()) await RecordAsync(claim, "accepted");
        return ids;
    }

    private async Task ResendAsync(params long[] ids) => Assert.All(
        await App.ColumnAsync<string>("SELECT result FROM shift_reminders.resend_reminders($1, 'all', 'amy', 'asked')", ids),
        result => Assert.Equal("ok", result));

    private Task<int> CancelAsync(params long[] ids) => App.ExecuteAsync("SELECT * FROM shift_reminders.cancel_reminders($1, 'amy', 'oops')", ids);

    /// <summary>The last resend.</summary>
    private Task<long> ActAsync() => App.ScalarAsync<long>("SELECT coalesce(max(coalesce(part_of, id)), 0) FROM shift_reminders.audit WHERE reminder_id IS NOT NULL");

    private async Task<List<string>> OutcomesAsync(long act) =>
        [.. await App.ColumnAsync<string>("SELECT outcome FROM shift_reminders.act_reminders($1) ORDER BY reminder_id", act)];
}
