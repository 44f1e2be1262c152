using Npgsql;
using ShiftReminders.Tests.Database;
using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.TestShifts;

/// <summary>The functions behind the page Test shifts, called as the app.</summary>
public sealed class TestShiftTests(TestDatabase database) : QueueTest(database)
{
    private static readonly TimeSpan DueSoon = TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(20);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Owner.ExecuteAsync("DELETE FROM shift_reminders.test_batches; DELETE FROM shift_reminders.audit");
    }

    [Fact]
    public async Task Shifts_start_and_end_as_planned_and_people_take_turns()
    {
        var (ann, ben) = (await Given.ReachablePersonAsync("Ann"), await Given.ReachablePersonAsync("Ben"));

        var batch = await SeedAsync([ann, ben], shifts: 3, startsIn: Minutes(20), apart: Seconds(10));

        Assert.Equal(
            [$"{ann} 12:20:00 20:20:00", $"{ben} 12:20:10 20:20:10", $"{ann} 12:20:20 20:20:20"],
            await Owner.ColumnAsync<string>("""
                SELECT d.assigned_user_id || to_char(d.start_at AT TIME ZONE 'UTC', ' HH24:MI:SS') || to_char(d.end_at AT TIME ZONE 'UTC', ' HH24:MI:SS')
                FROM public.duty_schedules d JOIN shift_reminders.test_shifts t ON t.schedule_id = d.id
                WHERE t.batch_id = $1 ORDER BY d.start_at
                """, batch));
    }

    [Fact]
    public async Task Five_thousand_at_once_are_all_queued()
    {
        var people = new[] { await Given.ReachablePersonAsync("Ann"), await Given.ReachablePersonAsync("Ben") };

        var batch = await SeedAsync(people, shifts: 5000);

        Assert.Equal(5000L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications WHERE state = 'pending'"));
        Assert.Equal("""{"pending": 5000}""", await App.ScalarAsync<string>(
            "SELECT outcome::text FROM shift_reminders.test_batch_list(10) WHERE id = $1", batch));
    }

    [Fact]
    public async Task Without_queueing_at_once_the_next_tick_finds_them()
    {
        await SeedAsync([await Given.ReachablePersonAsync()], enqueueNow: false);
        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.scheduled_notifications"));

        Assert.Equal(1, await TickAsync());
    }

    [Fact]
    public async Task Check_in_is_logged_when_its_time_has_come_and_the_reminder_is_then_needless()
    {
        var batch = await SeedAsync([await Given.ReachablePersonAsync()], checkInAfter: Seconds(10));
        var shift = await ShiftOfAsync(batch);
        Assert.Equal(10, await LogDueAsync());

        await PassAsync(Seconds(10));
        Assert.Null(await LogDueAsync());
        await PassAsync(Seconds(10));
        Assert.Empty(await ClaimAsync());

        Assert.Equal("skipped: checked_in", await StateAsync(shift));
        Assert.Equal(Noon.UtcDateTime.AddSeconds(10), await Owner.ScalarAsync<DateTime>(
            "SELECT logged_at FROM public.attendance_logs WHERE schedule_id = $1 AND type = 'check_in'", shift));
    }

    [Fact]
    public async Task Check_in_that_the_host_refuses_is_not_tried_for_ever()
    {
        var batch = await SeedAsync([await Given.ReachablePersonAsync()], checkInAfter: Seconds(1));
        await Owner.ExecuteAsync("ALTER TABLE public.attendance_logs ADD CONSTRAINT no_test_check_ins CHECK (type <> 'check_in') NOT VALID");
        try
        {
            await PassAsync(Seconds(2));

            Assert.Null(await LogDueAsync());

            Assert.Contains("no_test_check_ins", await Owner.ScalarAsync<string>(
                "SELECT problem FROM shift_reminders.test_attendance WHERE schedule_id = $1", await ShiftOfAsync(batch)), StringComparison.Ordinal);
        }
        finally
        {
            await Owner.ExecuteAsync("ALTER TABLE public.attendance_logs DROP CONSTRAINT no_test_check_ins");
        }
    }

    [Fact]
    public async Task Removal_takes_the_batch_with_all_that_came_of_it_and_nothing_else()
    {
        var ann = await Given.ReachablePersonAsync("Ann");
        var (real, _) = await DueReminderAsync();
        var batch = await SeedAsync([ann], shifts: 4, checkInAfter: Seconds(5));
        var other = await SeedAsync([ann]);
        await PassAsync(Seconds(30));
        await LogDueAsync();
        var claims = await ClaimAsync();
        foreach (var claim in claims) await RecordAsync(claim, "accepted");

        Assert.Equal("4 shifts, 4 reminders, 0 kept", await RemoveAsync(batch));

        Assert.Equal("sent: accepted", await StateAsync(real));
        Assert.Equal("sent: accepted", await StateAsync(await ShiftOfAsync(other)));
        Assert.Equal([0L, 0L, 0L, 0L], await Owner.ColumnAsync<long>("""
            SELECT count(*) FROM shift_reminders.test_shifts WHERE batch_id = $1 UNION ALL
            SELECT count(*) FROM public.attendance_logs WHERE schedule_id NOT IN (SELECT id FROM public.duty_schedules) UNION ALL
            SELECT count(*) FROM public.notification_pushes p WHERE NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q WHERE q.id = p.reminder_id) UNION ALL
            SELECT count(*) FROM shift_reminders.attempts a WHERE NOT EXISTS (SELECT 1 FROM public.scheduled_notifications q WHERE q.id = a.reminder_id)
            """, batch));
    }

    [Fact]
    public async Task Removal_keeps_what_is_being_sent_and_says_so()
    {
        var batch = await SeedAsync([await Given.ReachablePersonAsync()]);
        await PassAsync(Seconds(30));
        var claim = await ClaimOneAsync();

        Assert.Equal("1 shifts, 0 reminders, 1 kept", await RemoveAsync(batch));

        await RecordAsync(claim, "accepted");
        Assert.Equal("sent: accepted", await StateAsync(claim.ScheduleId));
    }

    [Fact]
    public async Task Removal_twice_is_refused()
    {
        var batch = await SeedAsync([await Given.ReachablePersonAsync()]);
        await RemoveAsync(batch);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RemoveAsync(batch));

        Assert.Equal("SR002", refusal.SqlState);
    }

    [Fact]
    public async Task Seeding_and_removal_are_audited_with_actor_and_reason()
    {
        var batch = await SeedAsync([await Given.ReachablePersonAsync()]);
        await RemoveAsync(batch);

        Assert.Equal(
            [$"tester seed test shifts test batch {batch} because", $"tester remove test shifts test batch {batch} done"],
            await Owner.ColumnAsync<string>("SELECT concat_ws(' ', actor, act, subject, why) FROM shift_reminders.audit ORDER BY id"));
    }

    [Theory]
    [InlineData(0, "00:15:00", "08:00:00", null, "Choose 1 to 5,000")]
    [InlineData(5001, "00:15:00", "08:00:00", null, "Choose 1 to 5,000")]
    [InlineData(1, "30.00:00:00", "08:00:00", null, "within 7 days")]
    [InlineData(1, "00:15:00", "00:00:00", null, "1 second to 7 days")]
    [InlineData(1, "00:15:00", "08:00:00", "Mars/Olympus", "Europe/Berlin")]
    public async Task Absurd_plan_is_refused_and_leaves_nothing(int shifts, string startsIn, string lasts, string? zone, string hint)
    {
        var person = await Given.ReachablePersonAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => SeedAsync(
            [person], shifts, Span(startsIn), lasts: Span(lasts), zone: zone));

        Assert.Equal("SR002", refusal.SqlState);
        Assert.Contains(hint, refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.duty_schedules"));
    }

    [Fact]
    public async Task Nobody_chosen_is_refused() =>
        Assert.Contains("at least one person", (await Assert.ThrowsAsync<PostgresException>(() => SeedAsync([]))).Hint, StringComparison.Ordinal);

    [Fact]
    public async Task Search_takes_its_letters_literally()
    {
        var (percent, _) = (await Given.PersonAsync("100% Ann"), await Given.PersonAsync("Ben"));

        Assert.Equal([percent], await App.ColumnAsync<Guid>("SELECT user_id FROM shift_reminders.find_people('% a', 10)"));
        Assert.Empty(await App.ColumnAsync<Guid>("SELECT user_id FROM shift_reminders.find_people('_', 10)"));
        Assert.Equal([percent], await App.ColumnAsync<Guid>("SELECT user_id FROM shift_reminders.find_people($1, 10)", percent.ToString()[..13]));
    }

    [Theory]
    [InlineData("muller")]
    [InlineData("MÜLLER")]
    [InlineData(" łukasz mü")]
    [InlineData("LUKASZ")]
    [InlineData("(night)")]
    [InlineData("ŁUKASZ MU")]
    public async Task Search_needs_neither_the_case_nor_the_accents_of_a_name(string words)
    {
        var (wanted, _) = (await Given.PersonAsync("Łukasz Müller (night)"), await Given.PersonAsync("Night Muster"));

        Assert.Equal([wanted], await App.ColumnAsync<Guid>("SELECT user_id FROM shift_reminders.find_people($1, 10)", words));
    }

    [Fact]
    public async Task Dead_device_is_listed_with_its_reason()
    {
        var person = await Given.PersonAsync();
        var token = await Given.DeviceAsync(person);
        await Owner.ExecuteAsync("""
            INSERT INTO shift_reminders.dead_devices (device_id, user_id, platform, channel, reason, died_at)
            VALUES (shift_reminders.device_id($1), $2, 'android', 'Test', 'unregistered', now() + interval '1 year')
            """, token, person);

        Assert.Equal(["unregistered"], await App.ColumnAsync<string>("SELECT dead_reason FROM shift_reminders.devices_of($1)", person));
        Assert.Equal(0, await App.ScalarAsync<int>("SELECT devices FROM shift_reminders.people_named(ARRAY[$1])", person));
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task<long> SeedAsync(
        Guid[] people, int shifts = 1, TimeSpan? startsIn = null, TimeSpan? apart = null, TimeSpan? lasts = null, string? zone = null,
        TimeSpan? checkInAfter = null, bool enqueueNow = true) => App.ScalarAsync<long>(
        "SELECT shift_reminders.create_test_shifts($1, $2, $3, $4, $5, 'Test', $6, $7, NULL, $8, 'tester', 'because')",
        people, shifts, startsIn ?? DueSoon, lasts ?? TimeSpan.FromHours(8), apart ?? TimeSpan.Zero, zone, checkInAfter, enqueueNow);

    private Task<string?> RemoveAsync(long batch) => App.ScalarAsync<string>(
        "SELECT format('%s shifts, %s reminders, %s kept', shifts, reminders, kept) FROM shift_reminders.remove_test_batch($1, 'tester', 'done')", batch);

    private Task<double?> LogDueAsync() => App.ScalarAsync<double?>("SELECT shift_reminders.log_due_test_attendance()");

    private Task<long> ShiftOfAsync(long batch) => Owner.ScalarAsync<long>(
        "SELECT schedule_id FROM shift_reminders.test_shifts WHERE batch_id = $1 ORDER BY schedule_id LIMIT 1", batch);
}
