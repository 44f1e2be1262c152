using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace ShiftReminders.Web.Delivery.Sandbox;

/// <summary>Sends to simulated phones: tables that the portal shows, and that can be told how to fail.</summary>
internal sealed class SandboxPushSender(NpgsqlDataSource database, TimeProvider time) : IPushSender
{
    private const string Receive = """
        SELECT place, outcome, latency
        FROM shift_reminders.sandbox_receive($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    public string Channel => DeliveryOptions.Sandbox;

    public async Task<IReadOnlyList<PushResult>> SendAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
            return [];

        var started = time.GetTimestamp();
        try
        {
            var answers = await AnswersAsync(message, targets, dryRun, cancellationToken).ConfigureAwait(false);
            return await Task.WhenAll(targets.Select((target, i) => AnswerAsync(target, answers[i], started, cancellationToken)))
                .ConfigureAwait(false);
        }
        catch (NpgsqlException fault)
        {
            var verdict = new Verdict(PushOutcome.Transient, PushErrorCode.ConnectFailure, WordsFor(fault));
            return [.. targets.Select(target => verdict.For(target, time.GetElapsedTime(started)))];
        }
    }

    public async Task<PushResult> ProbeAsync(PushTarget? target, CancellationToken cancellationToken)
    {
        if (target is not null)
            return (await SendAsync(ProbeMessage.Within(((IPushSender)this).RequestTimeout, time), [target], dryRun: true, cancellationToken).ConfigureAwait(false))[0];

        var started = time.GetTimestamp();
        try
        {
            await using var command = database.CreateCommand("SELECT shift_reminders.sandbox_probe()");
            var outcome = (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            return VerdictFor(SandboxOutcome.Parse(outcome)).For(null, time.GetElapsedTime(started));
        }
        catch (NpgsqlException fault)
        {
            return new Verdict(PushOutcome.Transient, PushErrorCode.ConnectFailure, WordsFor(fault))
                .For(null, time.GetElapsedTime(started));
        }
    }

    private async Task<(PushOutcome Outcome, TimeSpan Latency)[]> AnswersAsync(
        PushMessage message, IReadOnlyList<PushTarget> targets, bool dryRun, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Receive);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = message.NotificationId },
            new() { Value = message.Generation },
            new() { Value = message.NotificationId },
            new() { Value = Storable(message.Title) },
            new() { Value = Storable(message.Body) },
            new() { Value = JsonSerializer.Serialize(message.Data.ToDictionary(pair => pair.Key, pair => Storable(pair.Value))), NpgsqlDbType = NpgsqlDbType.Jsonb },
            new() { Value = dryRun },
            new() { Value = targets.Select(target => target.DeviceId).ToArray() },
            new() { Value = targets.Select(target => target.UserId).ToArray() },
            new() { Value = targets.Select(target => target.Platform).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var answers = new (PushOutcome, TimeSpan)[targets.Count];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            answers[reader.GetInt32(0) - 1] = (SandboxOutcome.Parse(reader.GetString(1)), reader.GetTimeSpan(2));
        return answers;
    }

    private async Task<PushResult> AnswerAsync(
        PushTarget target, (PushOutcome Outcome, TimeSpan Latency) answer, long started, CancellationToken cancellationToken)
    {
        if (answer.Latency > TimeSpan.Zero)
            await Task.Delay(answer.Latency, time, cancellationToken).ConfigureAwait(false);
        return VerdictFor(answer.Outcome).For(target, time.GetElapsedTime(started));
    }

    private static Verdict VerdictFor(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Accepted => new(outcome) { MessageId = $"sandbox/{Guid.NewGuid():N}" },
        PushOutcome.Gone => Told(outcome, PushErrorCode.Unregistered),
        PushOutcome.Mismatch => Told(outcome, PushErrorCode.SenderIdMismatch),
        PushOutcome.Rejected => Told(outcome, PushErrorCode.InvalidArgument),
        PushOutcome.Transient => Told(outcome, PushErrorCode.Unavailable),
        PushOutcome.Unknown => Told(outcome, PushErrorCode.Timeout),
        PushOutcome.PlatformCredentials => Told(outcome, PushErrorCode.ThirdPartyAuthError),
        PushOutcome.ProjectCredentials => Told(outcome, PushErrorCode.Unauthenticated),
        PushOutcome.Unreachable or PushOutcome.NotAttempted => Told(outcome, null),
    };

    private static Verdict Told(PushOutcome outcome, PushErrorCode? code) =>
        new(outcome, code, "The simulated phone was told to answer so.");

    /// <summary>PostgreSQL's text holds neither NUL nor half a surrogate pair.</summary>
    private static string Storable(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\ufffd');

    private static string WordsFor(NpgsqlException fault) =>
        $"The simulated phones' database did not answer: {fault.SqlState ?? fault.GetBaseException().GetType().Name}";
}
