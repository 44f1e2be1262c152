using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Tests.Delivery.Fcm;

/// <summary>What is kept of a reply holds no token and no text meant for one person.</summary>
public sealed class FcmSecrecyTests(FcmChannel channel) : IClassFixture<FcmChannel>
{
    private const string Token = "fGx8Yq3kT0y:APA91bHun4M-secret_part-of_a_token";

    [Fact]
    public async Task Detail_hides_the_token_and_the_text_that_a_reply_quotes()
    {
        var quoting = FakeReply.Error(
            400, "INVALID_ARGUMENT", $"Refused {Token} with '{Sample.Message.Title}' and '{Sample.Message.Body}' for ya29.{new string('k', 60)}");

        var result = await channel.SendAsync(Token, quoting);

        Assert.Equal("Refused [hidden] with '[hidden]' and '[hidden]' for [hidden]", result.Detail);
    }

    [Fact]
    public async Task Detail_is_cut_to_what_the_record_holds()
    {
        var result = await channel.SendAsync("token-talkative", FakeReply.Error(500, "INTERNAL", string.Concat(Enumerable.Repeat("so much ", 200))));

        Assert.Equal(PushResult.MaxDetailLength, result.Detail!.Length);
    }

    [Fact]
    public void Target_and_message_print_without_their_secrets()
    {
        var printed = $"{Sample.Target(Token)} {Sample.Message}";

        Assert.DoesNotContain(Token, printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Sample.Message.Body, printed, StringComparison.Ordinal);
    }
}
