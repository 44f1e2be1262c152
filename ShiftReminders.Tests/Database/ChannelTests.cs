using ShiftReminders.Tests.Support;

namespace ShiftReminders.Tests.Database;

/// <summary>Credentials that a channel refuses: nobody's attempt is burnt, and a probe brings it back.</summary>
public sealed class ChannelTests(TestDatabase database) : QueueTest(database)
{
    [Fact]
    public async Task Refused_project_stops_the_channel_and_a_probe_brings_it_back()
    {
        var (shift, _) = await DueReminderAsync();
        var (other, _) = await DueReminderAsync();
        await RecordAsync((await ClaimAsync(batchSize: 1))[0], "project_credentials");

        Assert.Empty(await ClaimAsync());
        Assert.Null(await Queue.NextDueInAsync(Channel, Cancelled));
        Assert.Equal("The test says project_credentials.", await BeatAsync());
        Assert.Equal(0, await ColumnAsync<int>(shift, "retry_count"));

        await ProbeAsync(ok: false);
        Assert.Empty(await ClaimAsync());
        await ProbeAsync(ok: true);

        Assert.Equal(new[] { shift, other }, (await ClaimAsync()).Select(claim => claim.ScheduleId).Order());
        Assert.Null(await BeatAsync());
    }

    [Fact]
    public async Task What_expires_while_the_channel_is_down_says_so()
    {
        var (tried, _) = await DueReminderAsync();
        var (waiting, _) = await DueReminderAsync();
        await RecordAsync((await ClaimAsync(batchSize: 1))[0], "project_credentials");
        await PassAsync(Minutes(15));
        await TickAsync();

        Assert.Equal("expired: channel_down", await StateAsync(tried));
        Assert.Equal("expired: channel_down", await StateAsync(waiting));
    }

    [Fact]
    public async Task Another_channel_goes_on()
    {
        await DueReminderAsync();
        await RecordAsync(await ClaimOneAsync(), "project_credentials");
        var (shift, _) = await DueReminderAsync();

        Assert.Contains(
            await Queue.ClaimAsync("one", "Another", 10, Lease, Cancelled), claim => claim.ScheduleId == shift);
    }

    [Fact]
    public async Task Refused_platform_pauses_alone_and_a_probe_brings_it_back()
    {
        var (shift, person) = await DueReminderAsync(platform: "ios");
        await Given.DeviceAsync(person, platform: "android");
        await RecordByPlatformAsync();
        var (ios, _) = await DueReminderAsync(platform: "ios");
        var (android, _) = await DueReminderAsync(platform: "android");

        Assert.Equal([android], (await ClaimAsync()).Select(claim => claim.ScheduleId));
        Assert.Equal("pending: platform_paused", await StateAsync(ios));
        Assert.Equal("pending: platform_paused", await StateAsync(shift));
        Assert.Equal(["ios"], await App.ColumnAsync<string>("SELECT platform FROM shift_reminders.paused_platforms($1)", Channel));
        Assert.NotNull(await App.ScalarAsync<string>("SELECT probe_token FROM shift_reminders.paused_platforms($1)", Channel));

        await App.ExecuteAsync("SELECT shift_reminders.platform_probed($1, 'ios', true, NULL)", Channel);

        var back = await ClaimAsync();
        Assert.Equal(new[] { shift, ios }.Order(), back.Select(claim => claim.ScheduleId).Order());
        Assert.All(back, claim => Assert.Equal(["ios"], claim.Platforms));
    }

    [Fact]
    public async Task What_expires_while_its_platform_is_paused_says_so_and_what_reached_another_device_was_sent()
    {
        var (partly, person) = await DueReminderAsync(platform: "ios");
        await Given.DeviceAsync(person, platform: "android");
        await RecordByPlatformAsync();
        var (never, _) = await DueReminderAsync(platform: "ios");
        Assert.Empty(await ClaimAsync());

        await PassAsync(Minutes(15));
        await TickAsync();

        Assert.Equal("sent: partial", await StateAsync(partly));
        Assert.Equal("expired: platform_down", await StateAsync(never));
    }

    private async Task RecordByPlatformAsync()
    {
        var claim = await ClaimOneAsync();
        await RecordAsync(
            claim, [.. claim.Platforms.Select(platform => platform == "ios" ? "platform_credentials" : "accepted")]);
    }

    private Task<int> ProbeAsync(bool ok) =>
        App.ExecuteAsync("SELECT shift_reminders.channel_probed($1, $2, $3)", Channel, ok, "still refused");

    private async Task<string?> BeatAsync() =>
        await App.ScalarAsync<string>("SELECT channel_down FROM shift_reminders.processor_beat('one', 'here', '1.0', $1)", Channel);
}
