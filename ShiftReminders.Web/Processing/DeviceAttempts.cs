using ShiftReminders.Web.Delivery;
using ShiftReminders.Web.Reminders;

namespace ShiftReminders.Web.Processing;

/// <summary>Keeps what came of each device of one claim while its attempt goes on.</summary>
internal sealed class DeviceAttempts(ClaimedReminder claim)
{
    private readonly DeviceResult[] results = new DeviceResult[claim.DeviceIds.Length];
    private int handedOver;
    private int answered;

    /// <summary>The claim came without any device.</summary>
    public bool None => results.Length == 0;

    /// <summary>Something was handed over, or cannot be sent at all.</summary>
    public bool AnyTried { get; private set; }

    public int Left => results.Length - handedOver;

    /// <summary>The channel refused the project as a whole: trying further devices is pointless.</summary>
    public bool ProjectRefused { get; private set; }

    /// <summary>Why this replica cannot reach the channel; null: it can.</summary>
    public string? Unreachable { get; private set; }

    public PushTarget[] Next(int count)
    {
        var targets = new PushTarget[count];
        for (var index = 0; index < count; index++, handedOver++)
            targets[index] = new PushTarget
            {
                DeviceId = claim.DeviceIds[handedOver],
                Token = claim.Tokens[handedOver],
                Platform = claim.Platforms[handedOver],
                UserId = claim.UserId,
            };
        return targets;
    }

    public void Tried(IReadOnlyList<PushResult> answers)
    {
        for (var index = 0; index < answers.Count; index++)
        {
            var outcome = answers[index].Outcome;
            ProjectRefused |= outcome == PushOutcome.ProjectCredentials;
            AnyTried |= outcome is not (PushOutcome.Unreachable or PushOutcome.NotAttempted);
            if (outcome == PushOutcome.Unreachable) Unreachable ??= answers[index].Detail ?? "The channel cannot be reached.";
            results[answered] = ToDeviceResult(answers[index], claim.Platforms[answered]);
            answered++;
        }
    }

    /// <summary>The message itself cannot be sent, to whatever device.</summary>
    public void RejectAll(string why)
    {
        AnyTried = true;
        Fill(results.Length, "rejected", "InvalidTemplate", why);
    }

    /// <summary>Handed over, but nobody knows with what result.</summary>
    public void LoseRest(string why)
    {
        AnyTried |= handedOver > answered;
        Fill(handedOver, "unknown", null, why);
    }

    public AttemptResult ToResult()
    {
        Fill(results.Length, "not_attempted", null, null);
        return new AttemptResult(claim, results);
    }

    /// <summary>The results of a call that was given up.</summary>
    public static PushResult[] Unanswered(IReadOnlyList<PushTarget> targets, TimeSpan waited)
    {
        var unanswered = new PushResult[targets.Count];
        for (var index = 0; index < unanswered.Length; index++)
            unanswered[index] = new PushResult
            {
                DeviceId = targets[index].DeviceId,
                Outcome = PushOutcome.Unknown,
                ErrorCode = PushErrorCode.Timeout,
                Detail = "No answer before the claim's lease or the process ended.",
                Latency = waited,
            };
        return unanswered;
    }

    private void Fill(int until, string outcome, string? code, string? detail)
    {
        for (; answered < until; answered++)
            results[answered] = new DeviceResult
            {
                DeviceId = claim.DeviceIds[answered],
                Platform = claim.Platforms[answered],
                Outcome = outcome,
                Code = code,
                Detail = detail,
            };
    }

    private static DeviceResult ToDeviceResult(PushResult result, string? platform) => new()
    {
        DeviceId = result.DeviceId,
        Platform = platform,
        Outcome = OutcomeNames.Of(result.Outcome),
        Code = result.ErrorCode is { } code ? OutcomeNames.Of(code) : null,
        HttpStatus = result.HttpStatus,
        MessageId = result.ProviderMessageId,
        RetryAfter = result.RetryAfter,
        Detail = result.Detail,
        Latency = result.Latency,
    };
}
