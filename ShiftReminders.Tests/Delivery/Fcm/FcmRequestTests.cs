using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>What goes over the wire, as the strict fake took it.</summary>
public sealed class FcmRequestTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    [Fact]
    public async Task Request_carries_text_data_and_one_target()
    {
        var sent = await AcceptedAsync(Sample.Message);

        Assert.Equal("token-1", sent.GetProperty("token").GetString());
        Assert.Equal(Sample.Message.Title, sent.GetProperty("notification").GetProperty("title").GetString());
        Assert.Equal(Sample.Message.Body, sent.GetProperty("notification").GetProperty("body").GetString());
        Assert.Equal(Sample.Message.Data, sent.GetProperty("data").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!));
    }

    [Fact]
    public async Task Request_expires_with_the_reminder_on_every_platform()
    {
        var sent = await AcceptedAsync(UsefulFor(TimeSpan.FromSeconds(90.9)));

        Assert.Equal("90s", sent.GetProperty("android").GetProperty("ttl").GetString());
        Assert.Equal("90", sent.GetProperty("webpush").GetProperty("headers").GetProperty("TTL").GetString());
        var expiration = long.Parse(ApnsHeader(sent, "apns-expiration")!, CultureInfo.InvariantCulture);
        Assert.InRange(expiration - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 60, 91);
    }

    [Fact]
    public async Task Time_to_live_stays_within_what_fcm_takes()
    {
        var sent = await AcceptedAsync(UsefulFor(TimeSpan.FromDays(1_000)));

        Assert.Equal("2419200s", sent.GetProperty("android").GetProperty("ttl").GetString());
    }

    [Fact]
    public async Task Push_without_time_left_is_not_stored_by_apple()
    {
        using var body = FcmRequestJson.Write(
            UsefulFor(TimeSpan.FromMilliseconds(900)), ("token", "token-1"), channelId: null, TimeProvider.System.GetUtcNow(), validateOnly: false);

        Assert.Equal("0", ApnsHeader(JsonElement.Parse(body.Span).GetProperty("message"), "apns-expiration"));
    }

    [Fact]
    public async Task Request_is_urgent_on_every_platform()
    {
        var sent = await AcceptedAsync(Sample.Message);

        Assert.Equal("high", sent.GetProperty("android").GetProperty("priority").GetString());
        Assert.Equal("10", ApnsHeader(sent, "apns-priority"));
        Assert.Equal("high", sent.GetProperty("webpush").GetProperty("headers").GetProperty("Urgency").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task All_generations_of_a_reminder_replace_each_other_and_alert_on_every_platform(int generation)
    {
        var key = Sample.Message.NotificationId;

        var sent = await AcceptedAsync(Sample.Message with { Generation = generation });

        Assert.Equal(key, sent.GetProperty("android").GetProperty("collapse_key").GetString());
        Assert.Equal(key, sent.GetProperty("android").GetProperty("notification").GetProperty("tag").GetString());
        Assert.Equal(key, ApnsHeader(sent, "apns-collapse-id"));
        Assert.Equal(key, sent.GetProperty("webpush").GetProperty("notification").GetProperty("tag").GetString());
        Assert.True(sent.GetProperty("webpush").GetProperty("notification").GetProperty("renotify").GetBoolean());
    }

    [Fact]
    public async Task Collapse_id_too_long_for_apple_becomes_its_hash()
    {
        var sent = await AcceptedAsync(Sample.Message with { NotificationId = new string('n', 65) });

        Assert.Matches("^[0-9a-f]{64}$", ApnsHeader(sent, "apns-collapse-id"));
    }

    [Fact]
    public async Task Android_channel_is_named_only_when_set()
    {
        var without = await AcceptedAsync(Sample.Message);
        var with = await AcceptedAsync(
            Sample.Message, channel.SenderWith(options => options.AndroidChannelId = "shift_reminders"));

        Assert.False(without.GetProperty("android").GetProperty("notification").TryGetProperty("channel_id", out _));
        Assert.Equal("shift_reminders", with.GetProperty("android").GetProperty("notification").GetProperty("channel_id").GetString());
    }

    [Fact]
    public async Task Text_in_any_script_arrives_as_written()
    {
        var text = "שלום 👋🏽 \"Ärger\" \\ <b>\u2028\n\t";

        var sent = await AcceptedAsync(Sample.Message with { Title = text });

        Assert.Equal(text, sent.GetProperty("notification").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Half_an_emoji_is_replaced_and_sent()
    {
        var sent = await AcceptedAsync(Sample.Message with { Title = "cut \ud83d" });

        Assert.Equal("cut \ufffd", sent.GetProperty("notification").GetProperty("title").GetString());
    }

    [Fact]
    public async Task Message_of_4096_bytes_is_sent_and_one_more_is_rejected_unsent()
    {
        var room = 4096 - FcmRequestJson.PayloadBytes(Sample.Message with { Body = "" });
        var fits = await channel.Sender.SendOneAsync(Sample.Target(), Sample.Message with { Body = new string('x', room) });
        var before = channel.Fcm.Requests;

        var tooBig = await channel.Sender.SendOneAsync(Sample.Target(), Sample.Message with { Body = new string('x', room + 1) });

        Assert.Equal(PushOutcome.Accepted, fits.Outcome);
        Assert.Equal((PushOutcome.Rejected, PushErrorCode.PayloadTooLarge), (tooBig.Outcome, tooBig.ErrorCode));
        Assert.Contains("4,097", tooBig.Detail, StringComparison.Ordinal);
        Assert.Equal(before, channel.Fcm.Requests);
    }

    [Fact]
    public async Task Damaged_token_is_gone_and_spoils_no_other()
    {
        var targets = Sample.Targets("", new string('t', 10_240), "to\u0001ken", "töken", "sound-token");

        var results = await channel.Sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal(
            [PushOutcome.Gone, PushOutcome.Gone, PushOutcome.Gone, PushOutcome.Gone, PushOutcome.Accepted],
            results.Select(result => result.Outcome));
        Assert.All(results.Take(4), result => Assert.Equal(PushErrorCode.InvalidArgument, result.ErrorCode));
        Assert.All(results, result => Assert.True((result.Detail?.Length ?? 0) < 200));
    }

    [Fact]
    public async Task Results_come_in_the_targets_order_though_replies_do_not()
    {
        channel.Fcm.Script.Always("order-slow", FakeReply.Accepted.After(TimeSpan.FromMilliseconds(150)));
        channel.Fcm.Script.Always("order-gone", FakeReply.Unregistered);
        var targets = Sample.Targets("order-slow", "order-gone", "order-fast");

        var results = await channel.Sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal(targets.Select(target => target.DeviceId), results.Select(result => result.DeviceId));
        Assert.Equal([PushOutcome.Accepted, PushOutcome.Gone, PushOutcome.Accepted], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Several_hundred_devices_all_get_it()
    {
        var targets = Sample.Targets([.. Enumerable.Range(0, 300).Select(i => $"many-{i}")]);

        var results = await channel.Sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal(PushOutcome.Accepted, result.Outcome));
        Assert.Equal(300, channel.Fcm.Received.Count(push => push.Token.StartsWith("many-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_target_means_no_request()
    {
        var before = channel.Fcm.Requests;

        var results = await channel.Sender.SendAsync(Sample.Message, [], dryRun: false, TestContext.Current.CancellationToken);

        Assert.Empty(results);
        Assert.Equal(before, channel.Fcm.Requests);
    }

    [Fact]
    public async Task Dry_run_is_checked_and_reaches_no_phone()
    {
        var result = await channel.Sender.SendOneAsync(Sample.Target("token-dry"), dryRun: true);

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
        Assert.DoesNotContain(channel.Fcm.Received, push => push.Token == "token-dry");
    }

    private async Task<JsonElement> AcceptedAsync(PushMessage message, IPushSender? sender = null)
    {
        var result = await (sender ?? channel.Sender).SendOneAsync(Sample.Target(), message);

        Assert.Equal((PushOutcome.Accepted, null), (result.Outcome, result.Detail));
        return JsonDocument.Parse(channel.Fcm.Received.Last().Json!).RootElement.GetProperty("message");
    }

    [Theory]
    [InlineData("token-trim\n")]
    [InlineData(" token-trim")]
    [InlineData("\ttoken-trim\r\n")]
    public async Task Token_that_the_host_stored_with_blanks_around_it_is_sent_without_them(string stored)
    {
        var result = await channel.Sender.SendOneAsync(Sample.Target(stored));

        Assert.Equal((PushOutcome.Accepted, PushTarget.DeviceIdOf(stored)), (result.Outcome, result.DeviceId));
        Assert.Equal("token-trim", channel.Fcm.Received.Last().Token);
    }

    private static PushMessage UsefulFor(TimeSpan span) =>
        Sample.Message with { Window = PushWindow.Lasting(span, new FakeTimeProvider()) };

    private static string? ApnsHeader(JsonElement sent, string name) =>
        sent.GetProperty("apns").GetProperty("headers").GetProperty(name).GetString();
}
