using ShiftReminders.Tests.Support.FakeEdgeFunction;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>What the edge function gets.</summary>
public sealed class SendFcmRequestTests : IAsyncLifetime
{
    private readonly SendFcmChannel channel = new();

    public ValueTask InitializeAsync() => channel.InitializeAsync();

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    [Fact]
    public async Task Default_body_is_the_plans()
    {
        await channel.Sender().SendOneAsync(Sample.Target());

        var body = Assert.Single(channel.Function.Calls).Body;
        Assert.Equal(["user_id", "title", "body", "data", "notification_id"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Sample.Person, body.GetProperty("user_id").GetGuid());
        Assert.Equal(Sample.Message.Title, body.GetProperty("title").GetString());
        Assert.Equal(Sample.Message.Body, body.GetProperty("body").GetString());
        Assert.Equal(Sample.Message.NotificationId, body.GetProperty("notification_id").GetString());
        Assert.Equal("42", body.GetProperty("data").GetProperty("schedule_id").GetString());
    }

    [Fact]
    public async Task Person_with_several_devices_is_one_call_and_all_devices_share_its_result()
    {
        var results = await channel.Sender().SendAsync(
            Sample.Message, Sample.Targets("a", "b", "c"), dryRun: false, TestContext.Current.CancellationToken);

        Assert.Single(channel.Function.Calls);
        Assert.Equal(["a", "b", "c"], results.Select(result => TokenOf(result, "a", "b", "c")));
        Assert.All(results, result => Assert.Equal(PushOutcome.Accepted, result.Outcome));
    }

    [Fact]
    public async Task Several_people_are_several_calls()
    {
        var other = Guid.NewGuid();
        PushTarget[] targets = [Sample.Target("a"), Sample.Target("b") with { UserId = other }];

        await channel.Sender().SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal([Sample.Person, other], channel.Function.Calls.Select(call => call.Body.GetProperty("user_id").GetGuid()));
    }

    [Fact]
    public async Task Resend_has_the_id_of_the_first_and_tells_its_generation_to_a_function_that_asks()
    {
        var sender = channel.Sender(options => options.BodyTemplate =
            """{"user_id":"{user_id}","title":"{title}","body":"{body}","notification_id":"{notification_id}","generation":"{generation}"}""");

        await sender.SendOneAsync(Sample.Target(), Sample.Message with { Generation = 2 });

        var call = Assert.Single(channel.Function.Calls);
        Assert.Equal((Sample.Message.NotificationId, 2), (call.Text("notification_id"), call.Body.GetProperty("generation").GetInt32()));
    }

    [Fact]
    public async Task Token_shape_is_one_call_per_token()
    {
        var sender = channel.Sender(options => options.Shape = SendFcmShape.Token);

        await sender.SendAsync(Sample.Message, Sample.Targets("a", "b"), dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], channel.Function.Calls.Select(call => call.Text("token")));
    }

    [Fact]
    public async Task Tokens_shape_is_cut_into_batches()
    {
        var sender = channel.Sender(options =>
        {
            options.Shape = SendFcmShape.Tokens;
            options.MaxTokensPerCall = 2;
        });

        await sender.SendAsync(Sample.Message, Sample.Targets("a", "b", "c"), dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal(["""["a","b"]""", """["c"]"""], channel.Function.Calls.Select(call => call.Body.GetProperty("tokens").GetRawText()));
    }

    [Fact]
    public async Task Body_template_takes_any_shape()
    {
        var sender = channel.Sender(options =>
        {
            options.Shape = SendFcmShape.Tokens;
            options.BodyTemplate = """
                {"fcm_tokens":"{tokens}","notification":{"title":"{title}","body":"{body}"},"data":"{data}",
                 "priority":"high","ttl":"{ttl_seconds}","kind":["shift",1,null],"dry":"{dry_run}"}
                """;
        });

        await sender.SendOneAsync(Sample.Target("a"), Sample.Message with { Title = "Quote \" and {body}" });

        var body = Assert.Single(channel.Function.Calls).Body;
        Assert.Equal("a", body.GetProperty("fcm_tokens")[0].GetString());
        Assert.Equal("Quote \" and {body}", body.GetProperty("notification").GetProperty("title").GetString());
        Assert.InRange(body.GetProperty("ttl").GetInt32(), 880, 900);
        Assert.Equal("""["shift",1,null]""", body.GetProperty("kind").GetRawText());
        Assert.False(body.GetProperty("dry").GetBoolean());
    }

    [Fact]
    public async Task Legacy_key_goes_out_as_bearer_and_as_apikey()
    {
        await channel.Sender().SendOneAsync(Sample.Target());

        var headers = Assert.Single(channel.Function.Calls).Headers;
        Assert.Equal($"Bearer {SendFcmChannel.LegacyKey}", headers["Authorization"]);
        Assert.Equal(SendFcmChannel.LegacyKey, headers["apikey"]);
        Assert.Equal("application/json", headers["Content-Type"]);
    }

    [Fact]
    public async Task Secret_key_is_no_jwt_and_goes_out_as_apikey_only()
    {
        await channel.Sender(options => options.ServiceRoleKey = "sb_secret_abc").SendOneAsync(Sample.Target());

        var headers = Assert.Single(channel.Function.Calls).Headers;
        Assert.Equal("sb_secret_abc", headers["apikey"]);
        Assert.False(headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Custom_headers_are_sent_and_replace_ours()
    {
        var sender = channel.Sender(options =>
        {
            options.Headers["X-Shared-Secret"] = "open sesame";
            options.Headers["authorization"] = "Basic abc";
        });

        await sender.SendOneAsync(Sample.Target());

        var headers = Assert.Single(channel.Function.Calls).Headers;
        Assert.Equal("open sesame", headers["X-Shared-Secret"]);
        Assert.Equal("Basic abc", headers["Authorization"]);
    }

    [Fact]
    public async Task Nobody_is_taken_for_a_browser()
    {
        await channel.Sender().SendOneAsync(Sample.Target());

        Assert.StartsWith("ShiftReminders/", Assert.Single(channel.Function.Calls).Headers["User-Agent"]);
    }

    [Theory]
    [InlineData(SendFcmShape.Person)]
    [InlineData(SendFcmShape.Token)]
    [InlineData(SendFcmShape.Tokens)]
    public async Task No_target_means_no_call(SendFcmShape shape)
    {
        var sender = channel.Sender(options => options.Shape = shape);

        var results = await sender.SendAsync(Sample.Message, [], dryRun: false, TestContext.Current.CancellationToken);

        Assert.Empty(results);
        Assert.Empty(channel.Function.Calls);
    }

    [Fact]
    public async Task Dry_run_is_not_attempted_with_a_function_that_knows_none()
    {
        var result = await channel.Sender().SendOneAsync(Sample.Target(), dryRun: true);

        Assert.Equal(PushOutcome.NotAttempted, result.Outcome);
        Assert.Empty(channel.Function.Calls);
    }

    [Fact]
    public async Task Dry_run_is_asked_of_a_function_that_knows_it()
    {
        var sender = channel.Sender(options => options.BodyTemplate = """{"user_id":"{user_id}","dry_run":"{dry_run}"}""");

        var result = await sender.SendOneAsync(Sample.Target(), dryRun: true);

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
        Assert.True(Assert.Single(channel.Function.Calls).Body.GetProperty("dry_run").GetBoolean());
    }

    [Theory]
    [InlineData(204, PushOutcome.Accepted)]
    [InlineData(405, PushOutcome.Accepted)]
    [InlineData(401, PushOutcome.ProjectCredentials)]
    [InlineData(404, PushOutcome.ProjectCredentials)]
    [InlineData(503, PushOutcome.Transient)]
    public async Task Probe_never_posts_and_tells_whether_the_function_is_there(int status, PushOutcome outcome)
    {
        channel.Function.Answer = _ => new EdgeReply(status, "");

        var result = await channel.Sender().ProbeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(outcome, result.Outcome);
        Assert.Equal("OPTIONS", Assert.Single(channel.Function.Calls).Method);
    }

    [Fact]
    public void Channel_is_named_after_the_host() => Assert.Equal("SendFcm:127.0.0.1", channel.Sender().Channel);

    private static string TokenOf(PushResult result, params string[] tokens) =>
        tokens.Single(token => PushTarget.DeviceIdOf(token) == result.DeviceId);
}
