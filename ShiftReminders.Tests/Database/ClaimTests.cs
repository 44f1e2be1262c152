using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

public sealed class ClaimTests(TestDatabase database) : QueueTest(database)
{
    [Theory]
    [InlineData("de_DE")]
    [InlineData("de-AT")]
    public async Task Locale_as_a_phone_writes_it_finds_the_text_of_its_language(string locale)
    {
        await Owner.ExecuteAsync("INSERT INTO shift_reminders.rule_texts VALUES ('start_15', 'de', 'Dienst um {start}', 'Bitte anmelden')");
        var person = await Given.PersonAsync(locale: locale);
        await Given.DeviceAsync(person);
        await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();

        Assert.Equal("de", (await ClaimOneAsync()).Locale);
    }

    [Fact]
    public async Task Nothing_is_claimed_before_it_is_due_nor_when_it_has_expired()
    {
        var shift = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16));
        await TickAsync();
        Assert.Empty(await ClaimAsync());

        await PassAsync(Minutes(1));
        Assert.Single(await ClaimAsync());

        var late = await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await TickAsync();
        await PassAsync(Minutes(15));
        Assert.Empty(await ClaimAsync());
        Assert.Equal("expired: too_late", await StateAsync(late));
        Assert.NotEqual("expired: too_late", await StateAsync(shift));
    }

    [Fact]
    public async Task Claim_carries_everything_the_message_needs()
    {
        var person = await Given.PersonAsync("Kim", locale: "de-AT");
        var token = await Given.DeviceAsync(person, platform: "IOS");
        await Owner.ExecuteAsync(
            "INSERT INTO shift_reminders.rule_texts VALUES ('start_15', 'de', 'Beginn {start}', 'Einchecken nicht vergessen')");
        var shift = await Given.ShiftAsync(person, Minutes(15), label: "Ward 3", timeZone: "Europe/Vienna");
        await TickAsync();
        await PassAsync(Minutes(1));

        var claim = await ClaimOneAsync();

        Assert.Equal($"shift-{shift}-{person}-start_15", claim.NotificationId);
        Assert.Equal(("Kim", "de", "Ward 3", "Europe/Vienna"), (claim.DisplayName, claim.Locale, claim.Label, claim.TimeZone));
        Assert.Equal("Beginn {start}", claim.TitleTemplate);
        Assert.Equal([token], claim.Tokens);
        Assert.Equal(["ios"], claim.Platforms);
        Assert.Equal(32, claim.DeviceIds[0].Length);
        Assert.Equal((Minutes(14), Lease, 1, 1), (claim.ExpiresIn, claim.LeaseIn, claim.Generation, claim.Attempt));
        Assert.Equal("in_flight", await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Fresh_reminders_come_before_retries()
    {
        var (retried, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "transient");
        await PassAsync(Minutes(1));
        var (fresh, _) = await DueReminderAsync();

        Assert.Equal([fresh], (await ClaimAsync(batchSize: 1)).Select(claim => claim.ScheduleId));
        Assert.Equal([retried], (await ClaimAsync(batchSize: 1)).Select(claim => claim.ScheduleId));
    }

    [Fact]
    public async Task Thousand_that_must_not_be_sent_do_not_hide_the_one_that_must()
    {
        var person = await Given.ReachablePersonAsync();
        await Owner.ExecuteAsync(
            """
            INSERT INTO public.duty_schedules (assigned_user_id, start_at, end_at)
            SELECT $1, shift_reminders.clock() + interval '15 minutes', shift_reminders.clock() + interval '9 hours'
            FROM generate_series(1, 1000)
            """,
            person);
        await TickAsync();
        await Owner.ExecuteAsync(
            "INSERT INTO public.attendance_logs (schedule_id, type, logged_at) SELECT id, 'check_in', now() FROM public.duty_schedules");
        await PassAsync(Seconds(1));
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();

        Assert.Equal([shift], (await ClaimAsync(batchSize: 10)).Select(claim => claim.ScheduleId));
        Assert.Equal(1000L, await Owner.ScalarAsync<long>(
            "SELECT count(*) FROM public.scheduled_notifications WHERE state = 'skipped' AND reason = 'checked_in'"));
    }

    [Fact]
    public async Task Two_claims_at_once_never_share_a_reminder()
    {
        for (var person = 0; person < 40; person++)
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await TickAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => ClaimAsync(batchSize: 10, worker: $"w{worker}")));

        var ids = claims.SelectMany(claim => claim).Select(claim => claim.ReminderId).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(40, ids.Count + (await ClaimAsync()).Count);
    }

    [Fact]
    public async Task Released_claim_burns_no_attempt_and_takes_its_mark_back()
    {
        var (shift, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();

        Assert.Equal(1, await Queue.ReleaseAsync([claim], Cancelled));
        Assert.Equal(0, await Queue.ReleaseAsync([claim], Cancelled));

        Assert.Equal("pending", await StateAsync(shift));
        Assert.Equal(0, await ColumnAsync<int>(shift, "retry_count"));
        Assert.Null(await MarkAsync(shift, person));
        await ClaimOneAsync();
    }

    [Fact]
    public async Task Mark_that_another_worker_made_is_respected()
    {
        var (shift, person) = await DueReminderAsync();
        var mark = $"shift-{shift}-{person}-start_15";
        Assert.True(await App.ScalarAsync<bool>("SELECT public.try_mark_notification_pushed($1)", mark));
        Assert.False(await App.ScalarAsync<bool>("SELECT public.try_mark_notification_pushed(nid => $1, payload => '{}')", mark));

        Assert.Empty(await ClaimAsync());

        Assert.Equal("skipped: already_pushed", await StateAsync(shift));
        Assert.Equal("foreign", await MarkAsync(shift, person));
    }

    [Fact]
    public async Task Mark_that_another_worker_made_the_moment_before_the_reminder_was_queued_counts()
    {
        var person = await Given.ReachablePersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        Assert.True(await App.ScalarAsync<bool>(
            "SELECT public.try_mark_notification_pushed($1)", $"shift-{shift}-{person}-start_15"));
        await PassAsync(Seconds(1));
        await TickAsync();

        Assert.Empty(await ClaimAsync());
        Assert.Equal("skipped: already_pushed", await StateAsync(shift));
    }

    [Fact]
    public async Task Next_due_is_told_in_seconds_of_the_databases_clock()
    {
        Assert.Null(await Queue.NextDueInAsync(Channel, Cancelled));
        await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(16));
        await TickAsync();

        Assert.Equal(Minutes(1), await Queue.NextDueInAsync(Channel, Cancelled));
        await PassAsync(Minutes(2));
        Assert.Equal(-Minutes(1), await Queue.NextDueInAsync(Channel, Cancelled));

        await ClaimAsync();
        Assert.Equal(Lease, await Queue.NextDueInAsync(Channel, Cancelled));
    }

    [Fact]
    public async Task Kind_without_a_rule_fails_by_name_and_the_rest_goes_on()
    {
        var (shift, _) = await DueReminderAsync();
        await Owner.ExecuteAsync(
            """
            INSERT INTO public.scheduled_notifications (schedule_id, user_id, notify_type, scheduled_for)
            SELECT schedule_id, user_id, 'coffee', shift_reminders.clock() FROM public.scheduled_notifications
            """);

        Assert.Equal([shift], (await ClaimAsync()).Select(claim => claim.ScheduleId));
        Assert.Equal("failed: unknown_type", await StateAsync(shift, "coffee"));
    }

    [Fact]
    public async Task Rule_without_a_text_fails_once_and_reminds_when_the_text_is_there()
    {
        await Owner.ExecuteAsync("DELETE FROM shift_reminders.rule_texts");
        var (shift, _) = await DueReminderAsync();
        Assert.Empty(await ClaimAsync());
        Assert.Equal("failed: no_text", await StateAsync(shift));

        await TickAsync();
        Assert.Equal("failed: no_text", await StateAsync(shift));

        await Owner.ExecuteAsync("INSERT INTO shift_reminders.rule_texts VALUES ('start_15', 'en', 'Shift at {start}', 'Check in')");
        await TickAsync();
        Assert.Equal("pending #2", await StateAsync(shift));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(0)]
    public async Task Token_that_is_huge_or_full_of_control_characters_comes_back_as_it_is(int length)
    {
        var token = length > 0 ? new string('x', length) : "\u0001\t\n\u001b[31m\u202e\"'\\{}";
        var person = await Given.PersonAsync();
        await Given.DeviceAsync(person, token);
        await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();

        var claim = await ClaimOneAsync();

        Assert.Equal([token], claim.Tokens);
        Assert.Matches("^[0-9a-f]{32}$", claim.DeviceIds[0]);
        Assert.Equal("sent", (await RecordAsync(claim, "accepted")).State);
    }
}
