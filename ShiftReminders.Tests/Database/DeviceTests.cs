using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Phones that are missing, come late, die and come back.</summary>
public sealed class DeviceTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task No_device_fails_and_one_that_registers_in_time_is_reminded()
    {
        var person = await Given.PersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();
        Assert.Empty(await ClaimAsync());
        Assert.Equal("failed: no_device", await StateAsync(shift));

        await PassAsync(Minutes(5));
        var token = await Given.DeviceAsync(person);
        await TickAsync();

        Assert.Equal([token], (await ClaimOneAsync()).Tokens);
    }

    [Theory]
    [InlineData("token-1\n")]
    [InlineData(" token-1")]
    [InlineData("\"token-1\"\r\n")]
    public async Task Token_is_used_without_what_an_app_left_around_it(string stored)
    {
        var person = await Given.PersonAsync();
        await Given.DeviceAsync(person, stored);
        await Given.DeviceAsync(person, " ");
        await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();

        Assert.Equal(["token-1"], (await ClaimOneAsync()).Tokens);
    }

    [Fact]
    public async Task Device_that_registers_too_late_is_not_reminded()
    {
        var person = await Given.PersonAsync();
        var shift = await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();
        await ClaimAsync();

        await PassAsync(Minutes(15));
        await Given.DeviceAsync(person);
        await TickAsync();

        Assert.Equal("failed: no_device", await StateAsync(shift));
    }

    [Fact]
    public async Task Dead_device_is_left_out_until_the_host_registers_it_again()
    {
        var (_, person) = await DueReminderAsync();
        var claim = await ClaimOneAsync();
        await RecordAsync(claim, "gone");
        Assert.Equal(claim.DeviceIds, await Owner.ColumnAsync<string>("SELECT device_id FROM shift_reminders.dead_devices"));
        Assert.Equal(1L, await Owner.ScalarAsync<long>("SELECT count(*) FROM public.fcm_tokens"));

        var next = await Given.ShiftAsync(person, Minutes(16));
        await PassAsync(Minutes(1));
        await TickAsync();
        Assert.Empty(await ClaimAsync());
        Assert.Equal("failed: no_device", await StateAsync(next));

        await PassAsync(Minutes(1));
        await Owner.ExecuteAsync("UPDATE public.fcm_tokens SET updated_at = shift_reminders.clock()");
        await TickAsync();
        Assert.Contains(await ClaimAsync(), again => again.ScheduleId == next && again.Tokens[0] == claim.Tokens[0]);
    }

    [Fact]
    public async Task Failed_device_alone_does_not_rearm_its_reminder_every_minute()
    {
        var (shift, _) = await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "gone");

        for (var minute = 0; minute < 3; minute++)
        {
            await PassAsync(Minutes(1));
            Assert.Equal(0, await TickAsync());
        }
        Assert.Equal("failed: unregistered", await StateAsync(shift));
    }

    [Fact]
    public async Task Host_row_of_a_dead_device_is_deleted_only_where_the_setting_says_so()
    {
        await Owner.ExecuteAsync("UPDATE shift_reminders.settings SET value = 'on' WHERE key = 'delete_dead_host_tokens'");
        var (_, person) = await DueReminderAsync();
        var kept = await Given.DeviceAsync(person);
        var claim = await ClaimOneAsync();

        await RecordAsync(claim, [.. claim.Tokens.Select(token => token == kept ? "accepted" : "gone")]);

        Assert.Equal([kept], await Owner.ColumnAsync<string>("SELECT token FROM public.fcm_tokens"));
    }

    [Theory]
    [InlineData("BEGIN RAISE foreign_key_violation; END")]
    [InlineData("BEGIN RAISE lock_not_available; END")]
    public async Task Host_that_keeps_a_dead_token_costs_nobody_the_record_of_what_was_delivered(string body)
    {
        await Owner.ExecuteAsync(
            $"""
            UPDATE shift_reminders.settings SET value = 'on' WHERE key = 'delete_dead_host_tokens';
            CREATE FUNCTION public.keep_token() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$;
            CREATE TRIGGER keep_token BEFORE DELETE ON public.fcm_tokens FOR EACH ROW EXECUTE FUNCTION public.keep_token();
            """);
        try
        {
            var (shift, person) = await DueReminderAsync();
            await Given.DeviceAsync(person);

            await RecordAsync(await ClaimOneAsync(), "accepted", "gone");

            Assert.Equal("sent: partial", await StateAsync(shift));
            Assert.Equal(1L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.devices WHERE user_id = $1", person));
        }
        finally
        {
            await Owner.ExecuteAsync("DROP TRIGGER keep_token ON public.fcm_tokens; DROP FUNCTION public.keep_token()");
        }
    }

    [Fact]
    public async Task Token_that_the_host_lists_twice_is_one_device()
    {
        var person = await Given.PersonAsync();
        for (var row = 0; row < 2; row++) await Given.DeviceAsync(person, "same");
        await Given.DeviceAsync(person, "other");
        await Given.ShiftAsync(person, Minutes(15));
        await TickAsync();

        var claim = await ClaimOneAsync();

        Assert.Equal(["other", "same"], claim.Tokens.Order(StringComparer.Ordinal));
        Assert.Equal((2, 2), (claim.DeviceIds.Length, claim.Platforms.Length));
    }

    [Fact]
    public async Task Device_of_another_project_is_dead_only_when_this_project_has_reached_somebody()
    {
        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "mismatch");
        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.dead_devices"));

        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "accepted");
        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "mismatch");

        Assert.Equal(["mismatch"], await Owner.ColumnAsync<string>("SELECT reason FROM shift_reminders.dead_devices"));
    }

    [Fact]
    public async Task Devices_that_die_in_masses_are_a_fault_of_ours_and_are_taken_back()
    {
        for (var person = 0; person < 25; person++)
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await TickAsync();
        var claims = await ClaimAsync();

        await Queue.RecordAsync("one", Channel, [.. claims.Take(10).Select(claim => Results.Of(claim, "gone"))], Cancelled);
        Assert.Equal(10L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.dead_devices"));
        await Queue.RecordAsync("one", Channel, [.. claims.Skip(10).Select(claim => Results.Of(claim, "gone"))], Cancelled);

        Assert.Equal(0L, await Owner.ScalarAsync<long>("SELECT count(*) FROM shift_reminders.dead_devices"));
        Assert.NotNull(await App.ScalarAsync<string>("SELECT alarm FROM shift_reminders.channels WHERE channel = $1", Channel));

        for (var person = 0; person < 30; person++)
            await Given.ShiftAsync(await Given.ReachablePersonAsync(), Minutes(15));
        await TickAsync();
        await Queue.RecordAsync("one", Channel, [.. (await ClaimAsync()).Select(claim => Results.Of(claim, "accepted"))], Cancelled);
        Assert.Null(await App.ScalarAsync<string>("SELECT alarm FROM shift_reminders.channels WHERE channel = $1", Channel));
    }
}
