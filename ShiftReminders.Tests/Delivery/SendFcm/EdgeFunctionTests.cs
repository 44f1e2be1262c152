using ShiftReminders.Tests.Support.FakeFcm;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.SendFcm;

namespace ShiftReminders.Tests.Delivery.SendFcm;

/// <summary>From our channel through a real edge function to FCM and back, in the shapes found in the wild.</summary>
public sealed class EdgeFunctionTests(EdgeFunctionProcess edge) : IClassFixture<EdgeFunctionProcess>
{
    [Fact]
    public async Task Plans_shape_reaches_the_devices_that_the_function_knows()
    {
        var results = await SendAsync("send_fcm", SendFcmShape.Person, Sample.Targets("known-1"));

        Assert.Equal((PushOutcome.Accepted, null), (results[0].Outcome, results[0].ErrorCode));
        var pushes = edge.Fcm.Received.Where(push => EdgeFunctionProcess.KnownDevices.Contains(push.Token)).ToList();
        Assert.Equal(EdgeFunctionProcess.KnownDevices, pushes.Select(push => push.Token).Distinct().Order());
        Assert.All(pushes, push => Assert.Equal(Sample.Message.NotificationId, push.CollapseKey));
        Assert.All(pushes, push => Assert.Contains(Sample.Message.Body, push.Json, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Person_whom_the_function_does_not_know_fails_and_keeps_the_device()
    {
        var results = await SendAsync("send_fcm", SendFcmShape.Person, [Sample.Target() with { UserId = Guid.NewGuid() }]);

        Assert.Equal((PushOutcome.Rejected, 404), (results[0].Outcome, results[0].HttpStatus));
        Assert.Equal("No FCM tokens found for this user", results[0].Detail);
    }

    [Fact]
    public async Task Fcms_status_passed_on_is_judged_as_fcms_own()
    {
        edge.Fcm.Script.Always("token-gone", FakeReply.Unregistered);
        edge.Fcm.Script.Always("token-mismatch", FakeReply.SenderIdMismatch);
        edge.Fcm.Script.Always("token-quota", FakeReply.QuotaExceeded);
        edge.Fcm.Script.Always("token-apple", FakeReply.ThirdPartyAuthError);

        var results = await SendAsync(
            "send_fcm_token", SendFcmShape.Token, Sample.Targets("token-ok", "token-gone", "token-mismatch", "token-quota", "token-apple"));

        Assert.Equal(
            [PushOutcome.Accepted, PushOutcome.Gone, PushOutcome.Mismatch, PushOutcome.Transient, PushOutcome.PlatformCredentials],
            results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Error_hidden_inside_a_success_is_found()
    {
        edge.Fcm.Script.Always("token-swallowed", FakeReply.Unregistered);

        var results = await SendAsync("send_fcm_swallow", SendFcmShape.Token, Sample.Targets("token-seen", "token-swallowed"));

        Assert.Equal([PushOutcome.Accepted, PushOutcome.Gone], results.Select(result => result.Outcome));
        Assert.Equal(200, results[1].HttpStatus);
    }

    [Fact]
    public async Task Results_per_token_come_back_to_their_devices()
    {
        edge.Fcm.Script.Always("batch-gone", FakeReply.Unregistered);
        edge.Fcm.Script.Always("batch-busy", FakeReply.Unavailable);

        var results = await SendAsync(
            "send_fcm_results",
            SendFcmShape.Tokens,
            Sample.Targets("batch-ok", "batch-gone", "batch-busy"),
            options => options.BodyTemplate = """
                {"fcm_tokens":"{tokens}","notification":{"title":"{title}","body":"{body}"},"data":"{data}","notification_id":"{notification_id}"}
                """);

        Assert.Equal([PushOutcome.Accepted, PushOutcome.Gone, PushOutcome.Transient], results.Select(result => result.Outcome));
        Assert.StartsWith("projects/", results[0].ProviderMessageId);
    }

    [Fact]
    public async Task Batch_that_stops_at_a_dead_token_forgets_none_of_the_others()
    {
        edge.Fcm.Script.Always("stop-gone", FakeReply.Unregistered);

        var results = await SendAsync("send_fcm_stop", SendFcmShape.Tokens, Sample.Targets("stop-first", "stop-gone", "stop-last"));

        Assert.All(results, result => Assert.Equal(PushOutcome.Unknown, result.Outcome));
        Assert.Contains(edge.Fcm.Received, push => push.Token == "stop-first");
        Assert.DoesNotContain(edge.Fcm.Received, push => push.Token == "stop-last");
    }

    [Fact]
    public async Task Placeholder_that_sends_nothing_is_accepted_but_flagged()
    {
        var results = await SendAsync("send_fcm_placeholder", SendFcmShape.Person, Sample.Targets("a"));

        Assert.Equal((PushOutcome.Accepted, PushErrorCode.Unverified), (results[0].Outcome, results[0].ErrorCode));
    }

    [Fact]
    public async Task Wrong_key_is_the_projects_fault()
    {
        var results = await SendAsync("send_fcm", SendFcmShape.Person, Sample.Targets("a"), options => options.ServiceRoleKey = "wrong");

        Assert.Equal((PushOutcome.ProjectCredentials, 401), (results[0].Outcome, results[0].HttpStatus));
    }

    [Fact]
    public async Task Function_that_was_not_deployed_is_the_projects_fault()
    {
        var results = await SendAsync("send_fmc", SendFcmShape.Person, Sample.Targets("a"));

        Assert.Equal((PushOutcome.ProjectCredentials, PushErrorCode.NotFound), (results[0].Outcome, results[0].ErrorCode));
    }

    [Fact]
    public async Task Probe_finds_the_function_and_sends_nothing()
    {
        var before = edge.Fcm.Requests;
        using var sender = Sender("send_fcm", _ => { });

        var probe = await sender.ProbeAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(PushOutcome.Accepted, probe.Outcome);
        Assert.Equal(before, edge.Fcm.Requests);
    }

    private async Task<IReadOnlyList<PushResult>> SendAsync(
        string function, SendFcmShape shape, PushTarget[] targets, Action<SendFcmOptions>? change = null)
    {
        using var sender = Sender(function, options =>
        {
            options.Shape = shape;
            change?.Invoke(options);
        });
        return await sender.SendAsync(Sample.Message, targets, dryRun: false, TestContext.Current.CancellationToken);
    }

    private SendFcmPushSender Sender(string function, Action<SendFcmOptions> change)
    {
        var options = new SendFcmOptions { Url = new Uri(edge.Project, $"/functions/v1/{function}"), ServiceRoleKey = EdgeFunctionProcess.Key };
        change(options);
        return new SendFcmPushSender(options, TimeProvider.System);
    }
}
