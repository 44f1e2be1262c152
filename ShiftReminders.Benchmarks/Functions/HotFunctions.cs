using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Npgsql;
using ShiftReminders.Benchmarks.Drain;
using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Delivery.Fcm;
using ShiftReminders.Web.Delivery.Http;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Benchmarks.Functions;

/// <summary>What the app does for every reminder, but for waiting.</summary>
[MemoryDiagnoser]
public class HotFunctions
{
    private const int Batch = 500;

    private static readonly DateTimeOffset Now = new(2030, 1, 7, 8, 45, 0, TimeSpan.Zero);

    private readonly ReminderText text = new(TimeZoneInfo.Utc);
    private readonly ClaimedReminder claim = Claim(1);
    private readonly PushMessage message = BarePost.Message("shift-123456-0f0e0d0c-0b0a-0908-0706-050403020100-start_15");
    private readonly string token = $"bench-1:{new string('a', 160)}";
    private readonly AttemptResult[] results = [.. Enumerable.Range(1, Batch).Select(id => Accepted(Claim(id)))];
    private readonly ProviderReply accepted = Reply(200, """{"name":"projects/shift-reminders/messages/0:1700000000000000%7e1b2c3d4e5f6071"}""");
    private readonly ProviderReply unregistered = Reply(404,
        """
        {"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND","details":[
        {"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"UNREGISTERED"}]}}
        """);

    [Benchmark(Description = "the text of a reminder (`ReminderText.Write`)")]
    public object WriteText() => text.Write(claim);

    [Benchmark(Description = "the request's body (`FcmRequestJson.Write`)")]
    public int WriteRequest()
    {
        using var body = FcmRequestJson.Write(message, ("token", token), null, Now, validateOnly: false);
        return body.Length;
    }

    [Benchmark(Description = "FCM's answer: accepted (`FcmVerdict.Of`)")]
    public bool JudgeAccepted() => FcmVerdict.Of(accepted).Outcome == PushOutcome.Accepted;

    [Benchmark(Description = "FCM's answer: unregistered (`FcmVerdict.Of`)")]
    public bool JudgeUnregistered() => FcmVerdict.Of(unregistered).Outcome == PushOutcome.Gone;

    [Benchmark(Description = "a record's parameters, per reminder of 500 (`RecordParameters.Add`)", OperationsPerInvoke = Batch)]
    public int BuildParameters()
    {
        using var command = new NpgsqlCommand();
        RecordParameters.Add(command.Parameters, results);
        return command.Parameters.Count;
    }

    private static ProviderReply Reply(int status, string json)
    {
        var body = new PooledBuffer();
        var bytes = Encoding.UTF8.GetBytes(json);
        bytes.CopyTo(body.GetSpan(bytes.Length));
        body.Advance(bytes.Length);
        return new ProviderReply { Status = status, MediaType = "application/json", Body = body };
    }

    private static AttemptResult Accepted(ClaimedReminder claim) => new(claim,
    [
        new DeviceResult
        {
            DeviceId = claim.DeviceIds[0],
            Platform = claim.Platforms[0],
            Outcome = "accepted",
            HttpStatus = 200,
            MessageId = "projects/shift-reminders/messages/0:1700000000000000%7e1b2c3d4e5f6071",
            Latency = TimeSpan.FromMilliseconds(80),
        },
    ]);

    private static ClaimedReminder Claim(int id) => new()
    {
        ReminderId = id,
        ClaimToken = Guid.Empty,
        Generation = 1,
        Attempt = 1,
        NotificationId = string.Create(CultureInfo.InvariantCulture, $"shift-{id}-{Guid.Empty}-start_15"),
        ScheduleId = id,
        UserId = Guid.Empty,
        NotifyType = "start_15",
        ScheduledFor = Now.UtcDateTime,
        ExpiresIn = TimeSpan.FromMinutes(15),
        LeaseIn = TimeSpan.FromSeconds(90),
        StartAt = Now.UtcDateTime.AddMinutes(15),
        EndAt = Now.UtcDateTime.AddHours(8),
        AnchorAt = Now.UtcDateTime.AddMinutes(15),
        Label = "Store 42",
        TimeZone = "Europe/Berlin",
        DisplayName = "Person 42",
        TitleTemplate = "Your shift starts at {start}",
        BodyTemplate = "Remember to check in when you arrive. {label}",
        DeviceIds = ["0123456789abcdef0123456789abcdef"],
        Tokens = ["bench-1:token"],
        Platforms = ["android"],
    };
}
