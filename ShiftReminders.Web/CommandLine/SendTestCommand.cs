using System.CommandLine;
using Npgsql;
using ShiftReminders.Web.Delivery;

namespace ShiftReminders.Web.CommandLine;

/// <summary><c>send-test</c>: one push to the devices of one person, through the configured channel.</summary>
internal static class SendTestCommand
{
    private static readonly TimeSpan UsefulFor = TimeSpan.FromMinutes(5);

    public static Command Create(Func<string[], WebApplication> buildApp)
    {
        var user = new Option<Guid>("--user") { Description = "Whose devices.", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "The channel checks the message, but no phone shows it." };
        var json = Answer.JsonOption();
        var command = new Command("send-test", "Send a test push to the devices of one person. It is written to the audit.") { user, dryRun, json };
        command.SetAction((parsed, cancellationToken) => AppCommand.RunAsync(buildApp, async services =>
        {
            if (services.GetService<IPushSender>() is not { } sender)
                return await Answer.FailAsync("Processor__Enabled is false, and a portal alone has no channel. Send the test where a processor runs.");
            if (await AppCommand.DatabaseProblemAsync(services, cancellationToken) is { } problem) return await Answer.FailAsync(problem);
            var who = parsed.GetValue(user);
            var targets = await TargetsAsync(services.GetRequiredService<NpgsqlDataSource>(), who, cancellationToken);
            if (targets.Count == 0) return await Answer.FailAsync($"{who} has no registered device, or all of them are known to be gone.");
            var message = Message(who, services.GetRequiredService<TimeProvider>());
            var results = await sender.SendAsync(message, targets, parsed.GetValue(dryRun), cancellationToken);
            Answer.Write(parsed.GetValue(json), results, results.Select(Line));
            return results.Any(result => result.Outcome == PushOutcome.Accepted) ? 0 : 1;
        }));
        return command;
    }

    private static async Task<List<PushTarget>> TargetsAsync(NpgsqlDataSource database, Guid who, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select device_id, token, platform from shift_reminders.test_targets('command line', 'send-test', $1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = who });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var targets = new List<PushTarget>();
        while (await reader.ReadAsync(cancellationToken))
        {
            targets.Add(new PushTarget
            {
                DeviceId = reader.GetString(0),
                Token = reader.GetString(1),
                Platform = reader.IsDBNull(2) ? null : reader.GetString(2),
                UserId = who,
            });
        }
        return targets;
    }

    private static PushMessage Message(Guid who, TimeProvider time) => new()
    {
        NotificationId = $"test-{who}",
        Generation = 1,
        Title = "Shift Reminders",
        Body = $"This is a test, sent at {time.GetUtcNow():HH:mm:ss} UTC.",
        Data = new Dictionary<string, string> { ["notification_id"] = $"test-{who}", ["notify_type"] = "test" },
        Window = PushWindow.Lasting(UsefulFor, time),
    };

    private static string Line(PushResult result) =>
        $"{result.DeviceId}  {result.Outcome}  {result.ErrorCode?.ToString() ?? result.ProviderMessageId}  {result.Detail}".TrimEnd();
}
