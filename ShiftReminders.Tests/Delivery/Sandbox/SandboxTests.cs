using ShiftReminders.Tests.Support;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Sandbox;

namespace ShiftReminders.Tests.Delivery.Sandbox;

/// <summary>The simulated phone, as the app's role reaches it.</summary>
public sealed class SandboxTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly SandboxPushSender sender = new(database.AppDataSource, TimeProvider.System);
    private readonly SandboxPhones phones = new(database.AppDataSource);
    private readonly Guid person = Guid.NewGuid();

    public static TheoryData<PushOutcome> Failures => [.. Enum.GetValues<PushOutcome>().Where(outcome => outcome is not (PushOutcome.Accepted or PushOutcome.Unreachable))];

    [Fact]
    public async Task Push_appears_on_the_phone()
    {
        var now = await database.Clock.NowAsync();

        var result = await sender.SendOneAsync(Phone("shown"));

        var push = Assert.Single(await phones.ListAsync(person, 10, Stop));
        Assert.Equal((PushOutcome.Accepted, null), (result.Outcome, result.Detail));
        Assert.StartsWith("sandbox/", result.ProviderMessageId);
        Assert.Equal((Sample.Message.Title, Sample.Message.Body, Sample.Message.NotificationId, 1, 1), (push.Title, push.Body, push.NotificationId, push.Generation, push.Copies));
        Assert.Equal((result.DeviceId, "android", person), (push.DeviceId, push.Platform, push.UserId));
        Assert.True(push.ReceivedAt >= now);
    }

    [Fact]
    public async Task Copy_replaces_what_the_phone_shows_and_is_counted()
    {
        await sender.SendOneAsync(Phone("copied"));
        await sender.SendOneAsync(Phone("copied"), Sample.Message with { Title = "Second copy" });

        var push = Assert.Single(await phones.ListAsync(person, 10, Stop));
        Assert.Equal(("Second copy", 2), (push.Title, push.Copies));
    }

    [Fact]
    public async Task Later_generation_replaces_the_first_and_is_no_copy_of_it()
    {
        await sender.SendOneAsync(Phone("resent"));
        await sender.SendOneAsync(Phone("resent"), Sample.Message with { Generation = 2, Title = "Starts at 14:00" });

        var push = Assert.Single(await phones.ListAsync(person, 10, Stop));
        Assert.Equal((2, "Starts at 14:00", 1), (push.Generation, push.Title, push.Copies));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Phone_fails_as_it_was_told(PushOutcome outcome)
    {
        var phone = Phone($"failing-{outcome}");
        await BehaveAsync(phone.DeviceId, outcome, remaining: null, TimeSpan.Zero);

        var first = await sender.SendOneAsync(phone);
        var second = await sender.SendOneAsync(phone);

        Assert.Equal((outcome, outcome), (first.Outcome, second.Outcome));
        Assert.NotNull(first.Detail);
        // An unknown outcome is a lost answer: the phone has it all the same.
        Assert.Equal(outcome == PushOutcome.Unknown ? 1 : 0, (await phones.ListAsync(person, 10, Stop)).Count);
        await BehaveAsync(phone.DeviceId, PushOutcome.Accepted, remaining: null, TimeSpan.Zero);
    }

    [Fact]
    public async Task Phone_told_to_fail_twice_accepts_the_third()
    {
        var phone = Phone("recovers");
        await BehaveAsync(phone.DeviceId, PushOutcome.Transient, remaining: 2, TimeSpan.Zero);

        var outcomes = new List<PushOutcome>();
        for (var i = 0; i < 3; i++)
            outcomes.Add((await sender.SendOneAsync(phone)).Outcome);

        Assert.Equal([PushOutcome.Transient, PushOutcome.Transient, PushOutcome.Accepted], outcomes);
        Assert.DoesNotContain(phone.DeviceId, (await phones.BehavioursAsync(Stop)).Keys);
    }

    [Fact]
    public async Task Slow_phone_answers_late()
    {
        var phone = Phone("slow");
        await BehaveAsync(phone.DeviceId, PushOutcome.Accepted, remaining: null, TimeSpan.FromMilliseconds(120));

        var result = await sender.SendOneAsync(phone);

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
        Assert.True(result.Latency >= TimeSpan.FromMilliseconds(110));
    }

    [Fact]
    public async Task Each_phone_of_a_person_answers_for_itself_in_the_targets_order()
    {
        PushTarget[] targets = [Phone("zebra"), Phone("ant"), Phone("middle")];
        await BehaveAsync(targets[1].DeviceId, PushOutcome.Gone, remaining: 1, TimeSpan.Zero);

        var results = await sender.SendAsync(Sample.Message, targets, dryRun: false, Stop);

        Assert.Equal([PushOutcome.Accepted, PushOutcome.Gone, PushOutcome.Accepted], results.Select(result => result.Outcome));
        Assert.Equal(targets.Select(target => target.DeviceId), results.Select(result => result.DeviceId));
    }

    [Fact]
    public async Task Dry_run_shows_nothing_and_uses_up_no_behaviour()
    {
        var phone = Phone("dry");
        await BehaveAsync(phone.DeviceId, PushOutcome.Rejected, remaining: 1, TimeSpan.Zero);

        await sender.SendOneAsync(phone, dryRun: true);
        var dry = await sender.SendOneAsync(phone, dryRun: true);

        Assert.Equal(PushOutcome.Rejected, dry.Outcome);
        Assert.Equal(1, (await phones.BehavioursAsync(Stop))[phone.DeviceId].Remaining);
        Assert.Empty(await phones.ListAsync(person, 10, Stop));
    }

    [Fact]
    public async Task Refused_credentials_are_probed_until_they_are_in_order()
    {
        var phone = Phone("credentials");
        await BehaveAsync(phone.DeviceId, PushOutcome.ProjectCredentials, remaining: 1, TimeSpan.Zero);

        var before = await sender.ProbeAsync(null, Stop);
        var after = await sender.ProbeAsync(null, Stop);

        Assert.Equal((PushOutcome.ProjectCredentials, PushOutcome.Accepted), (before.Outcome, after.Outcome));
    }

    [Fact]
    public async Task Fifty_copies_at_once_are_all_counted()
    {
        PushTarget[] targets = [Phone("crowd-b"), Phone("crowd-a")];

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            sender.SendAsync(Sample.Message, i % 2 == 0 ? targets : [.. targets.Reverse()], dryRun: false, Stop)));

        Assert.All(await phones.ListAsync(person, 10, Stop), push => Assert.Equal(50, push.Copies));
    }

    [Fact]
    public async Task Cleared_phone_shows_nothing()
    {
        await sender.SendOneAsync(Phone("cleared"));

        Assert.Equal(1, await database.AppDataSource.ScalarAsync<int>("SELECT shift_reminders.sandbox_clear($1, 'tester')", person));
        Assert.Empty(await phones.ListAsync(person, 10, Stop));
    }

    [Fact]
    public async Task Text_that_a_database_cannot_hold_does_not_stop_the_push()
    {
        var result = await sender.SendOneAsync(Phone("odd"), Sample.Message with
        {
            Title = "nul \0 and half \ud83d",
            Data = new Dictionary<string, string> { ["odd"] = "\0" },
        });

        Assert.Equal(PushOutcome.Accepted, result.Outcome);
    }

    [Fact]
    public async Task Database_that_does_not_answer_is_transient()
    {
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");
        var lost = new SandboxPushSender(nowhere, TimeProvider.System);

        var result = await lost.SendOneAsync(Phone("lost"));

        Assert.Equal((PushOutcome.Transient, PushErrorCode.ConnectFailure), (result.Outcome, result.ErrorCode));
    }

    [Fact]
    public async Task App_may_not_write_the_tables_itself()
    {
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            database.AppDataSource.ExecuteAsync("DELETE FROM shift_reminders.sandbox_pushes"));

        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private Task<int> BehaveAsync(string deviceId, PushOutcome outcome, int? remaining, TimeSpan latency) => database.AppDataSource.ExecuteAsync(
        "SELECT shift_reminders.sandbox_behave($1, $2, $3::integer, $4, 'tester')", deviceId, SandboxOutcome.NameOf(outcome), remaining, latency);

    private PushTarget Phone(string name) => Sample.Target($"{name}-{person}") with { UserId = person };
}
